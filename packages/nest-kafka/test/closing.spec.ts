import { Controller } from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientKafka, ConnectionClosedError, EventPattern, MessagePattern, Payload } from '../src/index.js';
import { type Ground, startGround } from './ground.js';
import { startService } from './service.js';

const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

let ground: Ground;

beforeAll(async () => {
  ground = await startGround();
});

afterAll(() => ground?.stop());

describe('close() of a server under load', () => {
  it('lets handlers in flight end, commits them, and leaves the rest to the next one', async () => {
    const topic = ground.unique('drain');
    const group = ground.unique('drain-group');
    await ground.createTopic(topic, 2);
    const begun: string[] = [];
    const ended: string[] = [];

    @Controller()
    class SlowController {
      @EventPattern<string>(topic)
      async handle(@Payload() payload: string): Promise<void> {
        begun.push(payload);
        await sleep(20);
        ended.push(payload);
      }
    }
    const client = new ClientKafka(ground.options('drain-gateway', { producerOnlyMode: true }));
    const sent = Array.from({ length: 100 }, (_, i) => `event-${i}`);
    await firstValueFrom(client.emitBatch(topic, { messages: sent.map(value => ({ key: value, value })) }));

    const first = await startService([SlowController], ground.options(group));
    await expect.poll(() => ended.length, { timeout: 15_000 }).toBeGreaterThan(10);
    await first.close();
    const endedByFirst = ended.length;
    expect(ended).toHaveLength(begun.length);
    expect(endedByFirst).toBeLessThan(sent.length);
    await sleep(100);
    expect(begun).toHaveLength(endedByFirst);

    const second = await startService([SlowController], ground.options(group));
    await expect.poll(() => new Set(ended).size, { timeout: 20_000 }).toBe(sent.length);
    await second.close();
    await client.close();
    expect(ended).toHaveLength(sent.length);
  });

  it('answers the requests it has begun', async () => {
    const topic = ground.unique('last-reply');
    await ground.createTopic(topic, 1);
    await ground.createTopic(`${topic}.reply`, 1);
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();

    @Controller()
    class SlowController {
      @MessagePattern(topic)
      async handle(@Payload() payload: string): Promise<string> {
        begin();
        await sleep(200);
        return payload;
      }
    }
    const app = await startService([SlowController], ground.options(ground.unique('last-reply')));
    const client = new ClientKafka(ground.options(ground.unique('last-reply')));
    client.subscribeToResponseOf(topic);
    const reply = firstValueFrom(client.send(topic, 'goodbye'));
    await begun;
    await app.close();
    await expect(reply).resolves.toBe('goodbye');
    await client.close();
  });

  it('does not wait longer than the grace period, and hands on what a handler that hangs has not done', async ({
    skip,
  }) => {
    skip(!ground.direct, 'KafkaJS stays in its group until its handlers have ended');
    const topic = ground.unique('hanging');
    const group = ground.unique('hanging-group');
    await ground.createTopic(topic, 1);
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();

    @Controller()
    class HangingController {
      @EventPattern<string>(topic)
      async handle(): Promise<void> {
        begin();
        await released;
      }
    }
    const app = await startService([HangingController], ground.options(group, { gracePeriod: 300 }));
    const client = new ClientKafka(ground.options('hanging-gateway', { producerOnlyMode: true }));
    await firstValueFrom(client.emit(topic, 'hang'));
    await begun;
    const start = performance.now();
    await app.close();
    expect(performance.now() - start).toBeLessThan(3_000);

    const redelivered: string[] = [];

    @Controller()
    class NextController {
      @EventPattern(topic)
      handle(@Payload() payload: string): void {
        redelivered.push(payload);
      }
    }
    // The group was left: nobody has to wait for a session of 30 seconds to end.
    const next = await startService([NextController], ground.options(group));
    await expect.poll(() => redelivered, { timeout: 10_000 }).toEqual(['hang']);
    release();
    await next.close();
    await client.close();
  });
});

describe('close() of a client', () => {
  it('fails the requests that wait, and connect() works again', async () => {
    const topic = ground.unique('pending');
    await ground.createTopic(topic, 1);
    await ground.createTopic(`${topic}.reply`, 1);
    const client = new ClientKafka(ground.options(ground.unique('pending')));
    client.subscribeToResponseOf(topic);
    await client.connect();
    const pending = firstValueFrom(client.send(topic, 'hello')).catch((error: unknown) => error);
    await expect.poll(() => (client as unknown as { routingMap: Map<string, unknown> }).routingMap.size).toBe(1);
    await client.close();
    expect(await pending).toBeInstanceOf(ConnectionClosedError);
    expect(() => client.producer).toThrow('connect');
    await client.connect();
    await client.close();
  });
});
