import { Controller, type INestMicroservice, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EmbeddedKafka } from 'embedded-kafka';
import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ClientKafka,
  EventPattern,
  type HealthSource,
  type KafkaHealth,
  type KafkaHealthOptions,
  kafkaServer,
  type KafkaTransportOptions,
  MessagePattern,
  Payload,
} from '../src/index.js';
import { KafkaHealthIndicator, kafkaHealthIndicator } from '../src/terminus.js';

const PATIENCE = { timeout: 20_000 };
const EVENT = 'watched.event';
const REQUEST = 'watched.request';
const topics = [{ name: EVENT, partitions: 2 }, REQUEST, `${REQUEST}.reply`];

let kafka: EmbeddedKafka;
let app: INestMicroservice;
let server: HealthSource;
let client: ClientKafka;
let release: () => void;

@Controller()
class WatchedController {
  private readonly released = new Promise<void>(resolve => {
    release = resolve;
  });

  @EventPattern(EVENT)
  async event(@Payload() payload: string): Promise<void> {
    if (payload === 'block') {
      await this.released;
    }
    if (payload === 'poison') {
      throw new Error('poison');
    }
  }

  @MessagePattern(/^watched\.request$/)
  async request(@Payload() payload: string): Promise<string> {
    if (payload === 'block') {
      await this.released;
    }
    return payload;
  }
}

const options = (): KafkaTransportOptions => ({
  client: { brokers: kafka.brokers, clientId: 'watched', retry: { initialRetryTime: 50, maxRetryTime: 100 } },
  consumer: { groupId: 'watched', heartbeatInterval: 100, sessionTimeout: 1_000, rebalanceTimeout: 1_000 },
  subscribe: { fromBeginning: true },
});

beforeEach(async () => {
  kafka = await EmbeddedKafka.start({ topics });
  const { strategy } = kafkaServer(options());
  server = strategy;
  class WatchedModule {}
  app = await NestFactory.createMicroservice(
    { module: WatchedModule, controllers: [WatchedController] },
    { strategy, logger: false },
  );
  await app.listen();
  client = new ClientKafka(options());
  await client.connect();
});

afterEach(async () => {
  release();
  await client.close();
  await app.close();
  await kafka.stop();
});

/** Waits until a check says so, and returns what it said. */
async function until(source: HealthSource, healthy: boolean, asked?: KafkaHealthOptions): Promise<KafkaHealth> {
  let health: KafkaHealth | undefined;
  await expect
    .poll(async () => {
      health = await source.health(asked);
      return health.healthy;
    }, PATIENCE)
    .toBe(healthy);
  return health as KafkaHealth;
}

describe('the health of a server', () => {
  it('tells its state, group, assignment, lag and heartbeat', async () => {
    await firstValueFrom(client.emitBatch(EVENT, { messages: [{ value: 'a', partition: 0 }] }));
    const before = Date.now();
    await expect
      .poll(
        async () =>
          (await server.health()).lag?.find(({ topic, partition }) => topic === EVENT && partition === 0)?.lag,
        PATIENCE,
      )
      .toBe(0);
    await expect.poll(async () => (await server.health()).lastHeartbeat, PATIENCE).toBeGreaterThan(before);
    expect(await server.health()).toMatchObject({
      role: 'server',
      healthy: true,
      faults: [],
      clientId: 'watched-server',
      groupId: 'watched-server',
      state: 'connected',
      assignment: { [EVENT]: [0, 1], [REQUEST]: [0] },
      inFlight: 0,
      oldestUnacknowledged: undefined,
    });
  });

  it('is red while a handler is blocked, names its message, and is green when it has ended', async () => {
    await firstValueFrom(client.emitBatch(EVENT, { messages: ['a', 'b'].map(value => ({ value, partition: 1 })) }));
    await firstValueFrom(
      client.emitBatch(EVENT, { messages: ['block', 'after'].map(value => ({ value, partition: 1 })) }),
    );
    const { oldestUnacknowledged, faults, inFlight } = await until(server, false, { stuckAfter: 100 });
    expect(oldestUnacknowledged).toMatchObject({ topic: EVENT, partition: 1, offset: '2', handler: EVENT });
    expect(oldestUnacknowledged?.age).toBeGreaterThan(100);
    expect(faults).toEqual([expect.stringContaining(`offset 2 of "${EVENT}", partition 1`)]);
    expect(inFlight).toBe(1);
    expect((await server.health()).healthy).toBe(true);
    expect((await server.health()).lag).toContainEqual({ topic: EVENT, partition: 1, lag: 2 });
    release();
    await until(server, true, { stuckAfter: 100 });
  });

  it('is red while an event fails again and again: its age counts from the first delivery', async () => {
    await firstValueFrom(client.emit(EVENT, 'poison'));
    const { oldestUnacknowledged } = await until(server, false, { stuckAfter: 800 });
    expect(oldestUnacknowledged).toMatchObject({ topic: EVENT, offset: '0', handler: EVENT });
  });

  it('is red while a partition cannot be read, and names it, its offset, its handler and the reason', async () => {
    await firstValueFrom(client.emitBatch(EVENT, { messages: [{ value: 'a', partition: 1 }] }));
    await expect
      .poll(async () => (await server.health()).lag?.find(({ partition }) => partition === 1)?.lag, PATIENCE)
      .toBe(0);
    const fault = kafka.faults.inject({ api: 'Fetch', topic: EVENT, errorCode: 'KAFKA_STORAGE_ERROR' });
    const { faults, stalled } = await until(server, false, { stuckAfter: 500 });
    fault.remove();
    expect(stalled.find(({ topic, partition }) => topic === EVENT && partition === 1)).toMatchObject({
      offset: '1',
      handler: EVENT,
      reason: expect.stringContaining('Fetching watched.event[1] at offset 1'),
    });
    expect(faults).toContainEqual(
      expect.stringMatching(/^Partition 1 of "watched.event", which "watched.event" handles, .* at offset 1: /),
    );
    await until(server, true, { stuckAfter: 500 });
  });

  it('is red before listen() and after close(), and says what to do', async () => {
    const { strategy } = kafkaServer(options());
    expect(await strategy.health()).toMatchObject({ healthy: false, state: undefined });
    expect((await strategy.health()).faults[0]).toContain('listen()');
    await app.close();
    expect((await server.health()).healthy).toBe(false);
  });
});

describe('the health of a client', () => {
  it('tells its reply partitions, and the request that waits the longest; red when it waits too long', async () => {
    const pending = firstValueFrom(client.send<string>(REQUEST, 'block'));
    const { oldestUnacknowledged, faults, inFlight } = await until(client, false, { stuckAfter: 100 });
    expect(oldestUnacknowledged).toMatchObject({ topic: REQUEST, partition: 0, handler: REQUEST });
    expect(faults).toEqual([expect.stringContaining('has waited for its reply')]);
    expect(inFlight).toBe(1);
    // The server names the same request, and the pattern that its handler was written with.
    expect((await until(server, false, { stuckAfter: 100 })).oldestUnacknowledged?.handler).toBe(
      '/^watched\\.request$/',
    );
    release();
    await expect(pending).resolves.toBe('block');
    expect(await until(client, true, { stuckAfter: 100 })).toMatchObject({
      role: 'client',
      groupId: undefined,
      state: 'connected',
      assignment: { [`${REQUEST}.reply`]: [0] },
      inFlight: 0,
      lag: undefined,
    });
  });

  it('is red while its reply partition cannot be read', async () => {
    await expect(firstValueFrom(client.send<string>(REQUEST, 'a'))).resolves.toBe('a');
    const fault = kafka.faults.inject({ api: 'Fetch', topic: `${REQUEST}.reply`, errorCode: 'KAFKA_STORAGE_ERROR' });
    const { stalled } = await until(client, false, { stuckAfter: 500 });
    fault.remove();
    expect(stalled).toMatchObject([{ topic: `${REQUEST}.reply`, partition: 0, offset: '1' }]);
    await until(client, true, { stuckAfter: 500 });
  });

  it('in a reply group is that of its member', async () => {
    const member = new ClientKafka({ ...options(), reply: { routing: 'group' } });
    member.subscribeToResponseOf(REQUEST);
    await member.connect();
    const health = await member.health();
    await member.close();
    expect(health).toMatchObject({ healthy: true, groupId: 'watched-client', state: 'connected' });
    expect(health.lastHeartbeat).toBeGreaterThan(0);
    expect((await member.health()).faults[0]).toContain('connect()');
  });
});

it(
  'a dead broker makes both red within the time they are given, and green when it is back',
  { timeout: 40_000 },
  async () => {
    const port = Number(kafka.brokers[0]?.split(':').at(-1));
    await until(server, true);
    await kafka.stop();
    const began = performance.now();
    const reds = await Promise.all([server, client].map(source => source.health({ timeout: 500 })));
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(reds.map(({ healthy }) => healthy)).toEqual([false, false]);
    for (const { faults, clientId } of reds) {
      expect(faults).toEqual([expect.stringContaining(`No broker answered "${clientId}"`)]);
    }
    // Its session is over by then: others could have its partitions.
    await expect.poll(async () => (await server.health({ timeout: 100 })).state, PATIENCE).toBe('disconnected');
    kafka = await EmbeddedKafka.start({ topics, port });
    await until(server, true);
    await until(client, true);
  },
);

describe('nest-kafka/terminus', () => {
  /** What `HealthIndicatorService` of @nestjs/terminus 11 does. */
  @Injectable()
  class HealthIndicatorService {
    check(key: string) {
      const of = (status: 'up' | 'down') => (data: Record<string, unknown>) => {
        if ('status' in data) {
          throw new Error('"status" is a reserved key');
        }
        return { [key]: { ...data, status } };
      };
      return { up: of('up'), down: of('down') };
    }
  }

  it('is an indicator over everything in the process, or over what it is given', async () => {
    @Module({ providers: [HealthIndicatorService, kafkaHealthIndicator(HealthIndicatorService)] })
    class HealthModule {}
    const context = await NestFactory.createApplicationContext(HealthModule, { logger: false });
    const indicator = context.get<KafkaHealthIndicator>(KafkaHealthIndicator);
    expect(await indicator.isHealthy('kafka')).toMatchObject({
      kafka: { status: 'up', connections: [{ role: 'server' }, { role: 'client' }] },
    });
    await firstValueFrom(client.emit(EVENT, 'block'));
    await until(server, false, { stuckAfter: 100 });
    expect(await indicator.isHealthy('kafka', { stuckAfter: 100 })).toMatchObject({
      kafka: { status: 'down', faults: [expect.stringContaining(EVENT)], connections: [{}, {}] },
    });
    expect(await indicator.isHealthy('client', { of: [client], stuckAfter: 100 })).toMatchObject({
      client: { status: 'up', connections: [{ role: 'client' }] },
    });
    await client.close();
    expect(await indicator.isHealthy('kafka')).toMatchObject({ kafka: { connections: [{ role: 'server' }] } });
    await context.close();
  });
});
