import { Module, type DynamicModule, type INestMicroservice, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka } from 'kafkajs-platformatic';
import { engineOptions, serverOptions, type ContestantName, type Settings } from '../../contestants.js';
import { IDLE_MS, SLOW_BACKLOG_MS } from '../durations.js';
import { measure } from '../measure.js';
import type { Result, RoleOf } from '../protocol.js';
import { BenchController } from './bench.controller.js';
import { manyTopicsController } from './many-topics.controller.js';
import { onEvent } from './on-event.js';
import { SlowByKeyController, SlowController } from './slow.controller.js';
import { ValidatedController } from './validated.controller.js';

@Module({})
class BenchModule {
  static with(controller: Type): DynamicModule {
    return { module: BenchModule, controllers: [controller] };
  }
}

async function start(contestant: ContestantName, settings: Settings, controller: Type): Promise<INestMicroservice> {
  const app = await NestFactory.createMicroservice(BenchModule.with(controller), {
    ...serverOptions(contestant, settings),
    logger: ['error'],
  });
  await app.listen();
  return app;
}

export async function serve({ contestant, settings }: RoleOf<'server'>, onReady: () => void): Promise<void> {
  const app = await start(contestant, settings, BenchController);
  onReady();
  await new Promise<void>(resolve => process.once('message', () => resolve()));
  await app.close();
}

/** From the first event handled to the last one, so that joining the group is not part of the figure. */
export function backlog({ contestant, settings, topic, messages, pipes }: RoleOf<'backlog'>): Promise<Result> {
  return handleAll(messages, () =>
    contestant === 'engine'
      ? startEngine(settings, `${topic}.event`)
      : start(contestant, settings, pipes ? ValidatedController : BenchController),
  );
}

/** The same with a handler that takes its time. */
export function slowHandler({ contestant, settings, messages }: RoleOf<'slow-handler'>): Promise<Result> {
  return handleAll(messages, () => start(contestant, settings, SlowByKeyController));
}

/** Handles for a while what is too much to be handled. */
export async function slowBacklog({ contestant, settings, byKey }: RoleOf<'slow-backlog'>): Promise<Result> {
  const { promise: first, resolve: onFirst } = Promise.withResolvers<void>();
  let handled = 0;
  onEvent.handler = () => {
    handled += 1;
    onFirst();
  };
  const app = await start(contestant, settings, byKey ? SlowByKeyController : SlowController);
  await first;
  const result = await measure(async () => {
    await sleep(SLOW_BACKLOG_MS);
    return handled;
  });
  await app.close();
  return result;
}

async function handleAll(messages: number, startService: () => Promise<{ close(): Promise<void> }>): Promise<Result> {
  const { promise: first, resolve: onFirst } = Promise.withResolvers<void>();
  const { promise: last, resolve: onLast } = Promise.withResolvers<void>();
  let handled = 0;
  onEvent.handler = () => {
    handled += 1;
    if (handled === 1) {
      onFirst();
    }
    if (handled === messages) {
      onLast();
    }
  };
  const service = await startService();
  await first;
  const result = await measure(async () => {
    await last;
    return messages - 1;
  });
  await service.close();
  return result;
}

async function startEngine(settings: Settings, topic: string): Promise<{ close(): Promise<void> }> {
  const consumer = new Kafka(engineOptions(settings)).consumer({ groupId: settings.name });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      JSON.parse(String(message.value));
      onEvent.handler();
    },
  });
  return { close: () => consumer.disconnect() };
}

/** From before the service is made to the first event that its handler has, which waits in the topic already. */
export async function firstEvent({ contestant, settings }: RoleOf<'first-event'>): Promise<Result> {
  const { promise: first, resolve: onFirst } = Promise.withResolvers<void>();
  onEvent.handler = onFirst;
  let app: INestMicroservice | undefined;
  const result = await measure(async () => {
    app = await start(contestant, settings, BenchController);
    await first;
    return 1;
  });
  await app?.close();
  return result;
}

/** What a service costs that has nothing to do. One "message" is one second. */
export async function idle({ contestant, settings, topic, topics }: RoleOf<'idle'>): Promise<Result> {
  // Each topic has one event: the service is idle once it has handled them all.
  const { promise: settled, resolve: onSettled } = Promise.withResolvers<void>();
  let heard = 0;
  onEvent.handler = () => {
    heard += 1;
    if (heard === topics) {
      onSettled();
    }
  };
  const app = await start(contestant, settings, manyTopicsController(topic, topics));
  await settled;
  await sleep(1_000);
  const result = await measure(async () => {
    await sleep(IDLE_MS);
    return IDLE_MS / 1_000;
  });
  await app.close();
  return result;
}
