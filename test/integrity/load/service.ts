import { Controller, type INestMicroservice, type LoggerService, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import type { Subject } from './subject.ts';

/** What an event carries. */
export interface IntegrityEvent {
  readonly id: number;
}

type Described = PropertyDescriptor & object;

/**
 * One replica of the service under test. An event counts as handled when `handled` has settled: only then may it be
 * committed. Processes of services run this file as it is, with types stripped, so decorators are called and not written.
 */
export async function startService(
  { transport, brokers, event, request, group, client, consumer }: Subject,
  handled: (id: number) => Promise<void> | void,
  logger: LoggerService | false = false,
): Promise<INestMicroservice> {
  class IntegrityController {
    event({ id }: IntegrityEvent): Promise<void> | void {
      return handled(id);
    }

    request({ id }: IntegrityEvent): IntegrityEvent {
      return { id };
    }
  }
  const { prototype } = IntegrityController;
  const descriptorOf = (name: 'event' | 'request') => Object.getOwnPropertyDescriptor(prototype, name) as Described;
  Payload()(prototype, 'event', 0);
  Payload()(prototype, 'request', 0);
  (EventPattern as (pattern: string) => MethodDecorator)(event)(prototype, 'event', descriptorOf('event'));
  MessagePattern(request)(prototype, 'request', descriptorOf('request'));
  Controller()(IntegrityController);

  class IntegrityModule {}
  Module({ controllers: [IntegrityController] })(IntegrityModule);

  const service = await NestFactory.createMicroservice(IntegrityModule, {
    strategy: transport.createServer({
      client: { ...client, clientId: 'integrity', brokers: [...brokers] },
      consumer: { ...consumer, groupId: group, sessionTimeout: 6_000, heartbeatInterval: 500 },
      subscribe: { fromBeginning: true },
    }),
    logger,
  });
  await service.listen();
  return service;
}
