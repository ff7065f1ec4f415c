import type { INestMicroservice, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type KafkaTransportOptions, kafkaServer } from '../src/index.js';

/** A Nest microservice with these controllers, silent and listening. */
export async function startService(controllers: Type[], options: KafkaTransportOptions): Promise<INestMicroservice> {
  class ServiceModule {}
  const service = await NestFactory.createMicroservice(
    { module: ServiceModule, controllers },
    { logger: false, ...kafkaServer({ subscribe: { fromBeginning: true }, ...options }) },
  );
  await service.listen();
  return service;
}
