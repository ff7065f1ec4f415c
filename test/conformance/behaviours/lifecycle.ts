import { Controller, type Type } from '@nestjs/common';
import { Ctx, EventPattern, type KafkaContext, type KafkaStatus, MessagePattern, Payload } from '@nestjs/microservices';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Subject } from '../frame/behaviour.js';
import { answerOf } from '../frame/stage.js';

const PATIENCE = { timeout: 10_000 };

/** A controller that collects the events of a topic. */
function collector(topic: string, handled: unknown[]): Type {
  @Controller()
  class Collector {
    @EventPattern(topic)
    handle(@Payload() payload: unknown): void {
      handled.push(payload);
    }
  }
  return Collector;
}

export const lifecycle: Subject = {
  name: 'lifecycle',
  behaviours: [
    {
      says: 'a server that comes back handles what was emitted meanwhile, and nothing a second time',
      source: 'page: Commit offsets (committed automatically); at least once',
      async prove(stage) {
        const topic = await stage.topic('restart', { replies: false });
        const consumer = { groupId: stage.name('restart-group') };
        const handled: unknown[] = [];
        const first = await stage.serve([collector(topic, handled)], { consumer });
        await stage.produce(topic, { value: 'before' });
        await expect.poll(() => handled, PATIENCE).toEqual(['before']);
        await first.app.close();
        await stage.produce(topic, { value: 'meanwhile' });
        await stage.serve([collector(topic, handled)], { consumer });
        await expect.poll(() => handled, PATIENCE).toEqual(['before', 'meanwhile']);
      },
    },
    {
      says: 'servers of different groups each handle every event',
      source: 'page: Naming conventions (groups)',
      async prove(stage) {
        const topic = await stage.topic('groups', { replies: false });
        const handled: unknown[][] = [[], []];
        for (const events of handled) await stage.serve([collector(topic, events)]);
        await stage.produce(topic, { value: 'event' });
        await expect.poll(() => handled, PATIENCE).toEqual([['event'], ['event']]);
      },
    },
    {
      says: 'servers of one group share the partitions, and each event is handled once',
      source: 'page: Message pattern (groups and partitions)',
      async prove(stage) {
        const topic = await stage.topic('shared', { partitions: 2, replies: false });
        const consumer = { groupId: stage.name('shared-group') };
        const handled: unknown[][] = [[], []];
        for (const events of handled) await stage.serve([collector(topic, events)], { consumer });
        // Both are members with a partition each before anything is there to handle.
        const share = async () => (await stage.membersOf(`${consumer.groupId}-server`)).length;
        await expect.poll(share, PATIENCE).toBe(2);
        const messages = Array.from({ length: 20 }, (_, number) => ({ value: `${number}`, partition: number % 2 }));
        await stage.produce(topic, ...messages);
        await expect.poll(() => handled.flat().length, PATIENCE).toBe(20);
        const numbers = handled.map(events => events.map(Number));
        expect(numbers.flat().toSorted((a, b) => a - b)).toEqual(messages.map(({ value }) => Number(value)));
        for (const events of numbers) expect(new Set(events.map(number => number % 2)).size).toBe(1);
      },
    },
    {
      says: 'a server tells its status, connected first',
      source: 'page: Instance status updates',
      async prove(stage) {
        const topic = await stage.topic('server-status', { replies: false });
        const { app, strategy } = await stage.serve([collector(topic, [])]);
        const seen: KafkaStatus[] = [];
        strategy.status.subscribe(status => seen.push(status));
        await expect.poll(() => seen[0], PATIENCE).toBe('connected');
        await app.close();
        await expect.poll(() => seen.at(-1), PATIENCE).toBe('disconnected');
      },
    },
    {
      says: 'a client tells its status from connected to disconnected',
      source: 'page: Instance status updates',
      async prove(stage) {
        const topic = await stage.topic('client-status');
        const client = stage.newClient();
        const seen: KafkaStatus[] = [];
        client.status.subscribe(status => seen.push(status));
        client.subscribeToResponseOf(topic);
        await client.connect();
        await expect.poll(() => seen[0], PATIENCE).toBe('connected');
        await client.close();
        await expect.poll(() => seen.at(-1), PATIENCE).toBe('disconnected');
      },
    },
    {
      says: 'a client that was closed can connect again',
      source: 'Nest 12.1.1, behaviour 3 (connect is memoised until close); Nest e2e concurrent-kafka "reconnects"',
      async prove(stage) {
        const topic = await stage.topic('again');

        @Controller()
        class Answering {
          @MessagePattern(topic)
          answer(@Payload() payload: unknown): unknown {
            return { payload };
          }
        }

        await stage.serve([Answering]);
        const client = await stage.client([topic]);
        expect(await answerOf(client.send(topic, { round: 1 }))).toEqual({ payload: { round: 1 } });
        await client.close();
        await client.connect();
        expect(await answerOf(client.send(topic, { round: 2 }))).toEqual({ payload: { round: 2 } });
      },
    },
    {
      says: 'a client connects by itself when it first sends',
      source: 'Nest microservices: Client (lazy connection); Nest 12.1.1, behaviour 15',
      async prove(stage) {
        const topic = await stage.topic('lazy');

        @Controller()
        class Answering {
          @MessagePattern(topic)
          answer(): unknown {
            return { lazily: true };
          }
        }

        await stage.serve([Answering]);
        const client = stage.newClient();
        client.subscribeToResponseOf(topic);
        expect(await answerOf(client.send(topic, { go: true }))).toEqual({ lazily: true });
      },
    },
    {
      says: 'a handler that outlasts the session timeout keeps its partition while it sends heartbeats',
      source: 'page: Context (getHeartbeat)',
      async prove(stage) {
        const topic = await stage.topic('slow', { replies: false });
        const handled: unknown[] = [];

        @Controller()
        class Slow {
          @EventPattern<string>(topic)
          async handle(@Payload() payload: unknown, @Ctx() context: KafkaContext): Promise<void> {
            const heartbeat = context.getHeartbeat();
            for (let part = payload === 'slow' ? 13 : 0; part > 0; part--) {
              await sleep(500);
              await heartbeat();
            }
            handled.push(payload);
          }
        }

        const groupId = stage.name('slow-group');
        // The shortest session that brokers allow; if it ended, the message would come again.
        const consumer = { groupId, sessionTimeout: 6_000, heartbeatInterval: 500 };
        await stage.serve([Slow], { consumer });
        await stage.produce(topic, { value: 'slow' }, { value: 'next' });
        await expect.poll(() => handled, { timeout: 15_000 }).toEqual(['slow', 'next']);
      },
    },
  ],
};
