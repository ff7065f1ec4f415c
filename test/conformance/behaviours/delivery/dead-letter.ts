import { BadRequestException } from '@nestjs/common';
import { expect } from 'vitest';
import type { Subject } from '../../frame/behaviour.js';
import type { Stage, WireMessage } from '../../frame/stage.js';
import { listen, PATIENCE } from './delivery-scene.js';

const bytes = Buffer.from([0x7b, 0xff, 0x00, 0xfe, 0x22]);
const fail = (payload: unknown): void => {
  if (payload !== 'next') throw new TypeError('this message fails always');
};

async function deadLettersOf(stage: Stage, dlt: string, count = 1): Promise<readonly WireMessage[]> {
  const letters = await stage.read(dlt);
  await expect.poll(() => letters.length, PATIENCE).toBe(count);
  return letters;
}

const text = (message: WireMessage | undefined, header: string): string => String(message?.headers?.[header]);

export const deadLetter: Subject = {
  name: 'delivery: dead letters',
  behaviours: [
    {
      says: 'a message that is given up keeps its bytes: key, value and headers',
      source: 'issue 9: untouched bytes; peers section 4, item 8',
      async prove(stage) {
        const dlt = await stage.topic('bytes.dlt', { replies: false });
        const { topic } = await listen(stage, { policy: { retry: 1, deadLetter: dlt }, handle: fail });
        const headers = { one: bytes, two: ['a', 'b'], json: '{"a": 1}' };
        await stage.produce(topic, { key: bytes, value: bytes, headers }, { key: 'gone', value: null });
        const [letter, tombstone] = await deadLettersOf(stage, dlt, 2);
        expect([letter?.key, letter?.value, letter?.headers?.['one']]).toEqual([bytes, bytes, bytes]);
        expect(String(letter?.headers?.['two'])).toBe('a,b');
        expect(text(letter, 'json')).toBe('{"a": 1}');
        expect([String(tombstone?.key), tombstone?.value]).toEqual(['gone', null]);
      },
    },
    {
      says: 'a dead letter tells where the message was, who gave it up, when and why',
      source: "issue 9: the kafka_dlt-* headers of Nest's KafkaHeaders",
      async prove(stage) {
        const dlt = await stage.topic('headers.dlt', { replies: false });
        const { topic, groupId, events } = await listen(stage, {
          policy: { retry: { attempts: 2, delay: 10 }, deadLetter: dlt },
          partitions: 2,
          handle: fail,
        });
        await stage.produce(topic, { value: 'next', partition: 1 });
        await stage.produce(topic, { key: 'k', value: 'bad', partition: 1, timestamp: '1700000000000' });
        const [letter] = await deadLettersOf(stage, dlt);
        const told = Object.fromEntries(Object.keys(letter?.headers ?? {}).map(name => [name, text(letter, name)]));
        expect(told).toEqual({
          'kafka_dlt-original-topic': topic,
          'kafka_dlt-original-partition': '1',
          'kafka_dlt-original-offset': '1',
          'kafka_dlt-original-timestamp': '1700000000000',
          'kafka_dlt-original-timestamp-type': 'CreateTime',
          'kafka_dlt-original-consumer-group': `${groupId}-server`,
          'kafka_dlt-exception-fqcn': 'TypeError',
          'kafka_dlt-exception-message': 'this message fails always',
          'kafka_dlt-exception-stacktrace': expect.stringContaining('TypeError: this message fails always\n') as string,
          'nest-kafka_handler': topic,
          'nest-kafka_attempt': '2',
        });
        expect(events.at(-1)).toMatchObject({
          type: 'dead-lettered',
          deadLetter: dlt,
          handler: topic,
          topic,
          partition: 1,
          offset: '1',
          key: 'k',
          attempt: 2,
        });
      },
    },
    {
      says: 'a function names the dead letter topic by message and exception',
      source: 'issue 9: topic name or function',
      async prove(stage) {
        const [invalid, broken] = [
          await stage.topic('invalid', { replies: false }),
          await stage.topic('broken', { replies: false }),
        ];
        const { topic } = await listen(stage, {
          policy: {
            retry: 1,
            deadLetter: ({ headers }, error) =>
              error instanceof BadRequestException && String(headers?.['kind']) === 'text' ? invalid : broken,
          },
          handle(payload) {
            throw payload === 'invalid' ? new BadRequestException(['a is not b', 'c is missing']) : new Error('broken');
          },
        });
        const headers = { kind: 'text' };
        await stage.produce(topic, { value: 'invalid', headers }, { value: 'broken', headers });
        const [letter] = await deadLettersOf(stage, invalid);
        expect(text(letter, 'kafka_dlt-exception-message')).toBe('a is not b; c is missing');
        expect((await deadLettersOf(stage, broken)).map(({ value }) => String(value))).toEqual(['broken']);
      },
    },
    {
      says: 'a message that cannot be deserialized goes to the dead letter topic',
      source: 'issue 9; peers row 8',
      async prove(stage) {
        const dlt = await stage.topic('unreadable.dlt', { replies: false });
        const deserializer = {
          deserialize(message: { value: unknown }, options?: { channel: string }) {
            if (message.value === 'unreadable') throw new SyntaxError('not in the schema');
            return { pattern: options?.channel, data: message.value };
          },
        };
        const listening = await listen(stage, {
          policy: { retry: { attempts: 2, delay: 10 }, deadLetter: dlt },
          options: { deserializer: deserializer as never },
        });
        await stage.produce(listening.topic, { value: 'unreadable' }, { value: 'next' });
        const [letter] = await deadLettersOf(stage, dlt);
        expect([String(letter?.value), text(letter, 'kafka_dlt-exception-fqcn')]).toEqual([
          'unreadable',
          'SyntaxError',
        ]);
        await expect.poll(() => listening.payloads(), PATIENCE).toEqual(['next']);
      },
    },
    {
      says: 'with false a message that is given up is skipped, and counted',
      source: 'issue 9: deadLetter',
      async prove(stage) {
        const policy = { retry: { attempts: 2, delay: 10 }, deadLetter: false } as const;
        const listening = await listen(stage, { policy, handle: fail });
        await stage.produce(listening.topic, { value: 'bad' }, { value: 'next' });
        await expect.poll(() => listening.payloads(), PATIENCE).toEqual(['bad', 'bad', 'next']);
        expect((await listening.server.health()).delivery[listening.topic]).toEqual({
          attempts: 3,
          inFlight: 0,
          retried: 1,
          deadLettered: 0,
          skipped: 1,
          undeliverable: [],
        });
      },
    },
    {
      says: 'a message whose dead letter cannot be written is not skipped, turns health red, and goes on once it can be',
      source: 'issue 9; PRINCIPLES 1',
      async prove(stage) {
        const dlt = await stage.topic('late.dlt', { replies: false });
        let target = 'no topic has such a name!';
        const listening = await listen(stage, {
          policy: { retry: 1, deadLetter: () => target },
          handle: fail,
          options: { producer: { retry: { retries: 0 } } },
        });
        await stage.produce(listening.topic, { value: 'bad' }, { value: 'next' });
        await expect.poll(() => listening.events.length, PATIENCE).toBeGreaterThan(1);
        expect(new Set(listening.events.map(({ type }) => type))).toEqual(new Set(['undeliverable']));
        expect(listening.payloads()).not.toContain('next');
        const { healthy, faults, delivery } = await listening.server.health();
        expect([healthy, delivery[listening.topic]?.undeliverable[0]?.offset]).toEqual([false, '0']);
        expect(faults.join()).toContain(`"${target}"`);
        target = dlt;
        await expect.poll(() => listening.payloads().at(-1), PATIENCE).toBe('next');
        expect((await deadLettersOf(stage, dlt)).map(({ value }) => String(value))).toEqual(['bad']);
        expect((await listening.server.health()).faults).toEqual([]);
      },
    },
    {
      says: 'a message that was not yet in the dead letter topic is given up by who has the partition after a restart',
      source: 'issue 9: crash and rebalance; PRINCIPLES 1',
      async prove(stage) {
        const dlt = await stage.topic('restart.dlt', { replies: false });
        const options = { producer: { retry: { retries: 0 } } };
        const away = { retry: 1, deadLetter: () => 'no topic has such a name!' };
        const first = await listen(stage, { policy: away, handle: fail, options });
        await stage.produce(first.topic, { value: 'next' }, { value: 'bad' }, { value: 'next' });
        await expect.poll(() => first.events.length, PATIENCE).toBe(1);
        await first.close();
        const { topic, groupId } = first;
        const policy = { retry: 1, deadLetter: dlt };
        const second = await listen(stage, { policy, handle: fail, topic, groupId });
        await expect.poll(() => second.payloads(), PATIENCE).toEqual(['bad', 'next']);
        expect((await deadLettersOf(stage, dlt)).map(({ value }) => String(value))).toEqual(['bad']);
      },
    },
  ],
};
