import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, KafkaContext, Payload } from '@nestjs/microservices';
import { EMPTY, type Observable } from 'rxjs';
import { expect } from 'vitest';
import type { Subject } from '../frame/behaviour.js';
import { answerOf, type Stage } from '../frame/stage.js';

const PATIENCE = { timeout: 10_000 };

/** Serves a handler that collects the payloads of a topic, and lets `emit` fill it. */
async function collect(stage: Stage, emit: (topic: string) => Promise<unknown>, count: number): Promise<unknown[]> {
  const topic = await stage.topic('event', { replies: false });
  const payloads: unknown[] = [];

  @Controller()
  class Events {
    @EventPattern(topic)
    handle(@Payload() payload: unknown): void {
      payloads.push(payload);
    }
  }

  await stage.serve([Events]);
  await emit(topic);
  await expect.poll(() => payloads.length, PATIENCE).toBe(count);
  return payloads;
}

async function emitted(stage: Stage, data: unknown): Promise<unknown> {
  const client = await stage.client();
  const [payload] = await collect(stage, topic => answerOf(client.emit(topic, data)), 1);
  return payload;
}

/** How often the handler that answers with an empty stream sees the first event until it sees the second, or gives up. */
async function eventsOfEmptyStream(stage: Stage, enough: (handled: readonly unknown[]) => boolean): Promise<unknown[]> {
  const topic = await stage.topic('empty', { replies: false });
  const handled: unknown[] = [];

  @Controller()
  class Empty {
    @EventPattern(topic)
    handle(@Payload() payload: unknown): Observable<never> {
      handled.push(payload);
      return EMPTY;
    }
  }

  await stage.serve([Empty]);
  await stage.produce(topic, { value: 'first' }, { value: 'second' });
  await expect.poll(() => enough(handled), PATIENCE).toBe(true);
  return handled;
}

export const events: Subject = {
  name: 'events',
  behaviours: [
    {
      says: 'an emitted event is handled',
      source: 'page: Event-based; Nest e2e sum-kafka "emit event"',
      async prove(stage) {
        expect(await emitted(stage, { heroId: 1, notify: true })).toEqual({ heroId: 1, notify: true });
      },
    },
    {
      says: 'an event is emitted without anybody subscribing',
      source: 'Nest 12.1.1, behaviour 15 (emit is hot)',
      async prove(stage) {
        const client = await stage.client();
        const emit = async (topic: string) => {
          await Promise.resolve();
          client.emit(topic, { heroId: 2 });
        };
        expect(await collect(stage, emit, 1)).toEqual([{ heroId: 2 }]);
      },
    },
    {
      says: 'a batch is handled event by event, in its order',
      source: 'Nest client-kafka.spec emitBatch',
      async prove(stage) {
        const client = await stage.client();
        const messages = [{ heroId: 1 }, { key: 'k', value: { heroId: 2 } }, { heroId: 3 }];
        const payloads = await collect(stage, topic => answerOf(client.emitBatch(topic, { messages })), 3);
        expect(payloads).toEqual([{ heroId: 1 }, { heroId: 2 }, { heroId: 3 }]);
      },
    },
    {
      says: 'an event from a foreign producer is handled like one of Nest',
      source: 'page: Incoming (buffers to strings, object-like strings to objects)',
      async prove(stage) {
        const payloads = await collect(
          stage,
          topic => stage.produce(topic, { value: '{"heroId":1}' }, { value: 'plain text' }, { value: '{broken' }),
          3,
        );
        expect(payloads).toEqual([{ heroId: 1 }, 'plain text', '{broken']);
      },
    },
    {
      says: 'the events of one key are handled in the order they were emitted in',
      source: 'Nest 12.1.1, behaviour 13 (eachMessage settles when the handler does); DESIGN.md, proof (per-key order)',
      async prove(stage) {
        const client = await stage.client();
        const numbers = Array.from({ length: 20 }, (_, number) => number);
        const emit = async (topic: string) => {
          for (const number of numbers) await answerOf(client.emit(topic, { key: 'hero', value: { number } }));
        };
        expect(await collect(stage, emit, numbers.length)).toEqual(numbers.map(number => ({ number })));
      },
    },
    {
      says: 'an event whose handler fails is delivered again until it succeeds, and the next one waits',
      source: 'page: Retriable exceptions (for event handlers all are); Nest 12.1.1, behaviour 13',
      async prove(stage) {
        const topic = await stage.topic('failing', { replies: false });
        const deliveries: unknown[] = [];

        @Controller()
        class Flaky {
          @EventPattern(topic)
          async handle(@Payload() payload: unknown): Promise<void> {
            deliveries.push(payload);
            await Promise.resolve();
            if (deliveries.length === 1) throw new Error('the database is away');
          }
        }

        await stage.serve([Flaky]);
        await stage.produce(topic, { value: 'first' }, { value: 'second' });
        await expect.poll(() => deliveries.at(-1), PATIENCE).toBe('second');
        expect(deliveries).toEqual(['first', 'first', 'second']);
      },
    },
    {
      says: 'a request to an event handler is handled as an event',
      source: 'Nest 12.1.1, behaviour 7; Nest server-kafka.spec "handler is an event handler"',
      async prove(stage) {
        const headers = { kafka_correlationId: '1', kafka_replyTopic: 'nowhere' };
        const payloads = await collect(stage, topic => stage.produce(topic, { value: 'event', headers }), 1);
        expect(payloads).toEqual(['event']);
      },
    },
    {
      says: 'an event handler that returns an empty stream is done',
      source: 'docs/reference/differences.md; Nest server-kafka.spec "stream completing empty: resolves"',
      async prove(stage) {
        expect(await eventsOfEmptyStream(stage, handled => handled.includes('second'))).toEqual(['first', 'second']);
      },
      differs: {
        'built-in': {
          because: 'the empty stream is an EmptyError, and the event is delivered for ever',
          async instead(stage) {
            const handled = await eventsOfEmptyStream(stage, handled => handled.length >= 3);
            expect(handled.slice(0, 3)).toEqual(['first', 'first', 'first']);
          },
        },
      },
    },
    {
      says: 'a tombstone is handed to the handler as null',
      source: 'docs/reference/differences.md',
      async prove(stage) {
        expect(await emitted(stage, { key: 'hero-1', value: null })).toBeNull();
      },
      differs: {
        'built-in': {
          because: 'the handler gets the raw record',
          async instead(stage) {
            expect(await emitted(stage, { key: 'hero-1', value: null })).toMatchObject({ key: 'hero-1', value: null });
          },
        },
      },
    },
    {
      says: 'an object of the domain that happens to have a field named value is not an envelope',
      source: 'docs/reference/differences.md',
      async prove(stage) {
        const weight = { value: 3, unit: 'kg' };
        expect(await emitted(stage, weight)).toEqual({ value: 3, unit: 'kg' });
      },
      differs: {
        'built-in': {
          because: 'it is taken for a Kafka message and its other fields are lost',
          async instead(stage) {
            expect(await emitted(stage, { value: 3, unit: 'kg' })).toBe('3');
          },
        },
      },
    },
    {
      says: 'the context tells topic, partition, message, consumer, producer and heartbeat',
      source: 'page: Context; Nest 12.1.1, behaviour 9',
      async prove(stage) {
        const topic = await stage.topic('context', { partitions: 3, replies: false });
        const seen: KafkaContext[] = [];

        @Controller()
        class Contexts {
          // Without `<string>` Nest 12's first overload wins, and that one knows of no second parameter.
          @EventPattern<string>(topic)
          async handle(@Payload() _payload: unknown, @Ctx() context: KafkaContext): Promise<void> {
            await context.getHeartbeat()();
            seen.push(context);
          }
        }

        await stage.serve([Contexts]);
        const message = { key: 'k', value: '{"heroId":1}', headers: { realm: 'Nest' }, timestamp: '1700000000000' };
        await stage.produce(topic, { ...message, partition: 2 });
        await expect.poll(() => seen.length, PATIENCE).toBe(1);
        const context = seen[0];
        expect(context?.getTopic()).toBe(topic);
        expect(context?.getPartition()).toBe(2);
        expect(context?.getMessage()).toMatchObject({
          key: 'k',
          value: { heroId: 1 },
          headers: { realm: 'Nest' },
          timestamp: '1700000000000',
          offset: '0',
        });
        expect(context?.getConsumer().commitOffsets).toBeTypeOf('function');
        expect(context?.getProducer().send).toBeTypeOf('function');
        expect(context).toBeInstanceOf(KafkaContext);
      },
    },
  ],
};
