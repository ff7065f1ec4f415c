/* oxlint-disable */
// Section "Naming conventions", the server.
import { NestFactory } from '@nestjs/core';
import { MicroserviceOptions, kafkaServer } from 'nest-kafka';
import { broker } from '../broker.mjs';

export async function bootstrap(AppModule: any) {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
    ...kafkaServer({
      client: {
        clientId: 'hero', // hero-server
        brokers: [broker],
      },
      consumer: {
        groupId: 'hero-consumer', // hero-consumer-server
      },
    }),
  });
  return app;
}
