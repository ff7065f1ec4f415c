/* oxlint-disable */
// Section "Overview".
import 'nest-kafka/register';
import { NestFactory } from '@nestjs/core';
import { MicroserviceOptions, Transport } from '@nestjs/microservices';
import { broker } from '../broker.mjs';

export async function bootstrap(AppModule: any) {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
    transport: Transport.KAFKA,
    options: {
      client: {
        brokers: [broker],
      },
    },
  });
  return app;
}
