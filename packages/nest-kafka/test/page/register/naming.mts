/* oxlint-disable */
// Section "Naming conventions", the server.
import 'nest-kafka/register';
import { NestFactory } from '@nestjs/core';
import { MicroserviceOptions, Transport } from '@nestjs/microservices';
import { broker } from '../broker.mjs';

export async function bootstrap(AppModule: any) {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
    transport: Transport.KAFKA,
    options: {
      client: {
        clientId: 'hero', // hero-server
        brokers: [broker],
      },
      consumer: {
        groupId: 'hero-consumer', // hero-consumer-server
      },
    },
  });
  return app;
}
