import { Controller, type INestMicroservice, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientKafka as BuiltInClient, ServerKafka as BuiltInServer } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  ClientKafka,
  EventPattern,
  type KafkaTransportOptions,
  MessagePattern,
  Payload,
  ServerKafka,
} from '../src/index.js';
import { specGround } from './spec-ground.js';

const PATIENCE = { timeout: 20_000 };

const ground = specGround();

type Side = 'built-in' | 'ours';

/** What both transports accept, in one group. */
const shared = (group: string) => ({
  client: { brokers: ground.brokers, clientId: group, logLevel: 0 },
  consumer: { groupId: group, maxWaitTimeInMs: 50 },
  subscribe: { fromBeginning: true },
});

async function serve(side: Side, controller: Type, group: string): Promise<INestMicroservice> {
  const options = shared(group);
  const strategy = side === 'ours' ? new ServerKafka(options) : new BuiltInServer(options);
  class ServiceModule {}
  const app = await NestFactory.createMicroservice(
    { module: ServiceModule, controllers: [controller] },
    { strategy, logger: false },
  );
  ground.keep(app);
  await app.listen();
  return app;
}

async function call(
  side: Side,
  topic: string,
  group = ground.unique('caller'),
  more: KafkaTransportOptions = {},
): Promise<ClientKafka | BuiltInClient> {
  const options = shared(group);
  const client = side === 'ours' ? new ClientKafka({ ...options, ...more }) : new BuiltInClient(options);
  ground.keep(client);
  client.subscribeToResponseOf(topic);
  await client.connect();
  return client;
}

function collector(topic: string, handled: string[]): Type {
  @Controller()
  class Collector {
    @EventPattern(topic)
    handle(@Payload() payload: string): void {
      handled.push(payload);
    }
  }
  return Collector;
}

function echo(topic: string): Type {
  @Controller()
  class Echo {
    @MessagePattern(topic)
    echo(@Payload() payload: unknown): unknown {
      return { payload };
    }
  }
  return Echo;
}

const produce = async (topic: string, ...values: [string, number][]): Promise<void> => {
  const client = new ClientKafka({ client: { brokers: ground.brokers }, producerOnlyMode: true });
  const messages = values.map(([value, partition]) => ({ value, partition }));
  await firstValueFrom(client.emitBatch(topic, { messages }));
  await client.close();
};

describe('moving from the built-in transport', () => {
  it('goes on where the group of the built-in server stood, and back', async () => {
    const topic = ground.unique('moved');
    const group = ground.unique('moved-group');
    await ground.createTopic(topic, 1);
    const handled: string[] = [];
    const sides: Side[] = ['built-in', 'ours', 'built-in'];
    for (const [i, side] of sides.entries()) {
      const app = await serve(side, collector(topic, handled), group);
      await produce(topic, [`event ${i}`, 0]);
      await expect.poll(() => handled.length, PATIENCE).toBe(i + 1);
      await app.close();
    }
    expect(handled).toEqual(['event 0', 'event 1', 'event 2']);
  });

  it('may be rolled out replica by replica: both share the partitions of one group', async () => {
    const topic = ground.unique('rolled');
    const group = ground.unique('rolled-group');
    await ground.createTopic(topic, 4);
    const handled: Record<Side, string[]> = { 'built-in': [], ours: [] };
    await serve('built-in', collector(topic, handled['built-in']), group);
    await serve('ours', collector(topic, handled.ours), group);
    const total = (): number => handled.ours.length + handled['built-in'].length;
    const bothHandle = async (): Promise<boolean> => {
      const before = total();
      await produce(topic, ['a', 0], ['b', 1], ['c', 2], ['d', 3]);
      await expect.poll(total, PATIENCE).toBeGreaterThanOrEqual(before + 4);
      return handled.ours.length > 0 && handled['built-in'].length > 0;
    };
    await expect.poll(bothHandle, PATIENCE).toBe(true);
    // Both have their share now: what comes is handled once.
    const settled = total();
    await produce(topic, ['e', 0], ['f', 1], ['g', 2], ['h', 3]);
    await expect.poll(total, PATIENCE).toBe(settled + 4);
  });
});

describe.each<[Side, Side, KafkaTransportOptions]>([
  ['built-in', 'ours', {}],
  ['ours', 'built-in', {}],
  ['ours', 'built-in', { reply: { routing: 'group' } }],
  ['ours', 'ours', {}],
  ['ours', 'ours', { reply: { routing: 'group' } }],
  ['built-in', 'built-in', {}],
])('a client that is %s and a server that is %s (%o)', (client, server, routing) => {
  it('understand each other', async () => {
    const topic = ground.unique('mixed');
    await ground.createTopic(topic, 1);
    await ground.createTopic(`${topic}.reply`, 3);
    await serve(server, echo(topic), ground.unique('mixed-group'));
    const asking = await call(client, topic, undefined, routing);
    const numbers = Array.from({ length: 10 }, (_, number) => number);
    const answers = await Promise.all(numbers.map(number => firstValueFrom(asking.send(topic, { number }))));
    expect(answers).toEqual(numbers.map(number => ({ payload: { number } })));
  });
});

it('clients of both transports share one reply group, and each gets its own replies', async () => {
  const topic = ground.unique('mixed-replicas');
  const group = ground.unique('mixed-replicas-group');
  await ground.createTopic(topic, 1);
  await ground.createTopic(`${topic}.reply`, 3);
  await serve('ours', echo(topic), ground.unique('mixed-replicas-server'));
  const builtIn = await call('built-in', topic, group);
  const ours = await call('ours', topic, group, { reply: { routing: 'group' } });
  const assigned = (): (number | undefined)[] =>
    [builtIn, ours].map(client => client.getConsumerAssignments()[`${topic}.reply`]);
  await expect.poll(() => new Set(assigned().filter(partition => partition !== undefined)).size, PATIENCE).toBe(2);
  for (const client of [builtIn, ours, builtIn]) {
    await expect(firstValueFrom(client.send(topic, { from: 'each' }))).resolves.toEqual({ payload: { from: 'each' } });
  }
});
