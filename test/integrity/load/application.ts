import { Controller, Inject, Module, type DynamicModule, type INestMicroservice } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { NestFactory } from '@nestjs/core';
import { kafkaServer } from 'nest-kafka';
import { Recorder } from './recorder.js';

export const EVENT = 'integrity.event';
export const REQUEST = 'integrity.request';

@Controller()
class IntegrityController {
  constructor(@Inject(Recorder) private readonly recorder: Recorder) {}

  @EventPattern(EVENT)
  event(@Payload() { id }: { id: string }): void {
    this.recorder.handled(id);
  }

  @MessagePattern(REQUEST)
  request(@Payload() { id }: { id: string }): { id: string } {
    return { id };
  }
}

@Module({})
class IntegrityModule {
  static recordingTo(recorder: Recorder): DynamicModule {
    return {
      module: IntegrityModule,
      controllers: [IntegrityController],
      providers: [{ provide: Recorder, useValue: recorder }],
    };
  }
}

/** One replica of the service under test. */
export async function startService(
  brokers: readonly string[],
  recorder: Recorder,
  client: { requestTimeout?: number } = {},
): Promise<INestMicroservice> {
  const service = await NestFactory.createMicroservice(IntegrityModule.recordingTo(recorder), {
    ...kafkaServer({
      client: { ...client, clientId: 'integrity', brokers: [...brokers] },
      consumer: { groupId: 'integrity', sessionTimeout: 6_000, heartbeatInterval: 500 },
      subscribe: { fromBeginning: true },
    }),
    logger: false,
  });
  await service.listen();
  return service;
}
