import { Controller } from '@nestjs/common';
import { Ctx, KafkaContext, MessagePattern, Payload } from '@nestjs/microservices';
import { expect } from 'vitest';
import type { Subject } from '../frame/behaviour.js';
import { answerOf, type Stage } from '../frame/stage.js';

/** Serves a handler whose answer is an object of the domain that has a field named key. */
async function answerWithKeyField(stage: Stage): Promise<unknown> {
  const topic = await stage.topic('key-field');

  @Controller()
  class Keys {
    @MessagePattern(topic)
    find(): unknown {
      return { key: 'k-1', opens: 'the dungeon' };
    }
  }

  await stage.serve([Keys]);
  const client = await stage.client([topic]);
  return await answerOf(client.send(topic, { find: true }));
}

export const requestReply: Subject = {
  name: 'request and reply',
  behaviours: [
    {
      says: 'an answer that is a bare value reaches the caller as text',
      source: 'Nest e2e sum-kafka (15 is answered as text); kafka-parser.spec',
      async prove(stage) {
        const topic = await stage.topic('bare');

        @Controller()
        class Sum {
          @MessagePattern(topic)
          async sum(@Payload() { numbers }: { numbers: number[] }): Promise<number> {
            await Promise.resolve();
            return numbers.reduce((sum, number) => sum + number, 0);
          }
        }

        await stage.serve([Sum]);
        const client = await stage.client([topic]);
        expect(await answerOf(client.send(topic, { numbers: [1, 2, 3, 4, 5] }))).toBe('15');
      },
    },
    {
      says: 'a keyed message gives its value to the handler, and its key to the context',
      source: 'page: Outgoing (key and value); Nest e2e sum-kafka "{key, value}"',
      async prove(stage) {
        const topic = await stage.topic('keyed');

        @Controller()
        class Keyed {
          @MessagePattern(topic)
          handle(@Payload() payload: unknown, @Ctx() context: KafkaContext): unknown {
            return { payload, messageKey: context.getMessage().key };
          }
        }

        await stage.serve([Keyed]);
        const client = await stage.client([topic]);
        const answer = await answerOf(client.send(topic, { key: 'hero-1', value: { dragonId: 7 } }));
        expect(answer).toEqual({ payload: { dragonId: 7 }, messageKey: 'hero-1' });
      },
    },
    {
      says: 'a reply with key and headers is written so, and the caller gets its value',
      source: 'page: Outgoing (the reply with key, value and headers)',
      async prove(stage) {
        const topic = await stage.topic('reply-envelope');

        @Controller()
        class Heroes {
          @MessagePattern(topic)
          kill(): unknown {
            return { headers: { kafka_nestRealm: 'Nest' }, key: 'hero-1', value: [{ id: 1, name: 'Mythical Sword' }] };
          }
        }

        await stage.serve([Heroes]);
        const client = await stage.client([topic]);
        const written = await stage.read(`${topic}.reply`);
        expect(await answerOf(client.send(topic, { dragonId: 7 }))).toEqual([{ id: 1, name: 'Mythical Sword' }]);
        await expect.poll(() => written.length, { timeout: 10_000 }).toBeGreaterThan(0);
        expect(written[0]?.key?.toString()).toBe('hero-1');
        expect(String(written[0]?.headers?.['kafka_nestRealm'])).toBe('Nest');
        expect(JSON.parse(String(written[0]?.value))).toEqual([{ id: 1, name: 'Mythical Sword' }]);
      },
    },
    {
      says: 'an answer that happens to have a field named key reaches the caller whole',
      source: 'docs/reference/differences.md (an envelope has `value`)',
      async prove(stage) {
        expect(await answerWithKeyField(stage)).toEqual({ key: 'k-1', opens: 'the dungeon' });
      },
      differs: {
        'built-in': {
          because: 'it is taken for a Kafka message without a value, and the caller gets null',
          async instead(stage) {
            expect(await answerWithKeyField(stage)).toBeNull();
          },
        },
      },
    },
    {
      says: 'of 100 concurrent requests each caller gets its own answer',
      source: 'Nest e2e sum-kafka "100 concurrent sends"',
      async prove(stage) {
        const topic = await stage.topic('concurrent', { partitions: 3 });

        @Controller()
        class Double {
          @MessagePattern(topic)
          double(@Payload() { number }: { number: number }): unknown {
            return { number, doubled: number * 2 };
          }
        }

        await stage.serve([Double]);
        const client = await stage.client([topic]);
        const numbers = Array.from({ length: 100 }, (_, number) => number);
        const answers = await Promise.all(numbers.map(number => answerOf(client.send(topic, { number }))));
        expect(answers).toEqual(numbers.map(number => ({ number, doubled: number * 2 })));
      },
    },
    {
      says: 'a pattern that is a regular expression handles every topic that matches',
      source: 'Nest 12.1.1, behaviour 8; Nest server-kafka.spec "topic matches a RegExp"',
      async prove(stage) {
        const prefix = stage.name('realm');
        const topics = [`${prefix}.fire`, `${prefix}.ice`];
        for (const topic of topics) await stage.createTopic(topic);
        const pattern = new RegExp(`^${prefix.replaceAll('.', '\\.')}\\.(fire|ice)$`);

        @Controller()
        class Realms {
          @MessagePattern(pattern)
          handle(@Payload() payload: unknown, @Ctx() context: KafkaContext): unknown {
            return { payload, topic: context.getTopic() };
          }
        }

        await stage.serve([Realms]);
        const client = await stage.client(topics);
        const answers = await Promise.all(topics.map(topic => answerOf(client.send(topic, { ask: topic }))));
        expect(answers).toEqual(topics.map(topic => ({ payload: { ask: topic }, topic })));
      },
    },
    {
      says: 'a request is sent when it is subscribed to, and not before',
      source: 'Nest 12.1.1, behaviour 15 (send is cold)',
      async prove(stage) {
        const topic = await stage.topic('cold');
        const handled: unknown[] = [];

        @Controller()
        class Cold {
          @MessagePattern(topic)
          handle(@Payload() payload: unknown): unknown {
            handled.push(payload);
            return { ok: true };
          }
        }

        await stage.serve([Cold]);
        const client = await stage.client([topic]);
        client.send(topic, { never: 'subscribed' });
        expect(await answerOf(client.send(topic, { asked: 1 }))).toEqual({ ok: true });
        expect(handled).toEqual([{ asked: 1 }]);
      },
    },
  ],
};
