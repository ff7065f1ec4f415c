import 'reflect-metadata';
import { Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { firstValueFrom } from 'rxjs';
import { createClient, serverOptions } from '../contestants.js';
import { createPayload } from '../payload.js';
import { BenchController, onEvent } from './bench.controller.js';
import { inParallel, measure } from './measure.js';
import type { Report, Role } from './protocol.js';

@Module({ controllers: [BenchController] })
class BenchModule {}

type Of<Kind extends Role['kind']> = Extract<Role, { kind: Kind }>;

const WARM_UP_MESSAGES = 500;

// Both contestants log through Nest; what they say about joining groups is not part of the table.
Logger.overrideLogger(['error']);

const role = JSON.parse(process.argv[2]!) as Role;
const report = (message: Report): boolean => process.send!(message);

async function serve({ contestant, settings }: Of<'server'>): Promise<void> {
  const app = await NestFactory.createMicroservice(BenchModule, {
    ...serverOptions(contestant, settings),
    logger: ['error'],
  });
  await app.listen();
  report({ kind: 'ready' });
  await untilTold();
  await app.close();
}

async function emit({ contestant, settings, topic, messages, concurrency, bytes }: Of<'emit'>): Promise<void> {
  const client = createClient(contestant, settings);
  await client.connect();
  const emitOne = (id: number): Promise<unknown> =>
    firstValueFrom(client.emit(`${topic}.event`, createPayload(id, bytes)));
  await inParallel(WARM_UP_MESSAGES, concurrency, emitOne);
  const result = await measure(messages, () => inParallel(messages, concurrency, emitOne));
  report({ kind: 'result', result });
  await client.close();
}

async function request({ contestant, settings, topic, messages, concurrency, bytes }: Of<'request'>): Promise<void> {
  const client = createClient(contestant, settings);
  client.subscribeToResponseOf(`${topic}.request`);
  await client.connect();
  const requestOne = async (id: number): Promise<void> => {
    const answer = await firstValueFrom(client.send<{ id: number }>(`${topic}.request`, createPayload(id, bytes)));
    if (answer.id !== id) {
      throw new Error(`Request ${id} got the answer of ${answer.id}.`);
    }
  };
  await inParallel(WARM_UP_MESSAGES, concurrency, requestOne);
  const result = await measure(messages, async () => {
    const latencies: number[] = [];
    await inParallel(messages, concurrency, async id => {
      const startedAt = performance.now();
      await requestOne(id);
      latencies.push(performance.now() - startedAt);
    });
    return latencies;
  });
  report({ kind: 'result', result });
  await client.close();
}

/** From the first event handled to the last one, so that joining the group is not part of the figure. */
async function backlog({ contestant, settings, messages }: Of<'backlog'>): Promise<void> {
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
  const app = await NestFactory.createMicroservice(BenchModule, {
    ...serverOptions(contestant, settings),
    logger: ['error'],
  });
  await app.listen();
  await first;
  const result = await measure(messages - 1, () => last);
  report({ kind: 'result', result });
  await app.close();
}

function untilTold(): Promise<void> {
  return new Promise(resolve => process.once('message', () => resolve()));
}

function play(): Promise<void> {
  switch (role.kind) {
    case 'server':
      return serve(role);
    case 'emit':
      return emit(role);
    case 'request':
      return request(role);
    case 'backlog':
      return backlog(role);
  }
}

try {
  await play();
} catch (error) {
  report({ kind: 'failed', error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exitCode = 1;
} finally {
  process.disconnect?.();
}
