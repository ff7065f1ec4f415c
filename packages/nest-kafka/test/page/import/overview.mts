/* oxlint-disable */
// Section "Overview".
import { NestFactory } from '@nestjs/core';
import { MicroserviceOptions, kafkaServer } from 'nest-kafka';
import { broker } from '../broker.mjs';

export async function bootstrap(AppModule: any) {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
    ...kafkaServer({
      client: {
        brokers: [broker],
      },
    }),
  });
  return app;
}
