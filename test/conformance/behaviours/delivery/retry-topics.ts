import { expect } from 'vitest';
import type { Subject } from '../../frame/behaviour.js';
import { listen, PATIENCE } from './delivery-scene.js';

const fails =
  (attempts = Infinity) =>
  (payload: unknown, attempt: number): void => {
    if (String(payload).startsWith('bad') && attempt <= attempts) throw new TypeError('away');
  };

export const retryTopics: Subject = {
  name: 'delivery: retry topics',
  behaviours: [
    {
      says: 'a message that fails waits in a retry topic, and the next ones do not wait for it',
      source: 'issue 9: retry topics; peers row 6',
      async prove(stage) {
        const policy = { retry: { attempts: 3, delay: 300, jitter: 0, in: 'topics' }, deadLetter: false } as const;
        const listening = await listen(stage, { policy, partitions: 3, handle: fails(2) });
        const { topic, groupId, seen, events } = listening;
        const group = `${groupId}-server`;
        const headers = { own: 'header', many: ['1', '2'] };
        const bad = { key: 'k', value: 'bad', headers, partition: 2, timestamp: '1700000000000' };
        await stage.produce(topic, { value: 'before', partition: 2 }, bad, { value: 'behind', partition: 2 });
        await expect.poll(() => seen.length, PATIENCE).toBe(5);
        expect(seen.map(({ payload, attempt }) => [payload, attempt])).toEqual([
          ['before', 1],
          ['bad', 1],
          ['behind', 1],
          ['bad', 2],
          ['bad', 3],
        ]);
        const again = seen.filter(({ payload }) => payload === 'bad');
        // As it was: partition, offset and headers are those of its first delivery.
        expect(again.map(({ partition, offset }) => [partition, offset])).toEqual(again.map(() => [2, '1']));
        // Nest's parser makes one text of a header that occurs twice.
        expect(again.map(each => each.headers)).toEqual(again.map(() => ({ ...headers, many: '1,2' })));
        const [first = 0, second = 0, third = 0] = again.map(({ at }) => at);
        expect(second - first).toBeGreaterThan(290);
        expect(third - second).toBeGreaterThan(590);
        const topics = [`${topic}.${group}.retry.1`, `${topic}.${group}.retry.2`];
        expect(events.map(({ type, attempt, retryTopic }) => [type, attempt, retryTopic])).toEqual([
          ['retried', 1, topics[0]],
          ['retried', 2, topics[1]],
        ]);
        expect(await stage.partitionsOf(...topics)).toEqual(Object.fromEntries(topics.map(name => [name, 3])));
      },
    },
    {
      says: 'after its last attempt a message goes from the retry topics to the dead letter topic, which tells where it was first',
      source: 'issue 9: retry topics, dead letter',
      async prove(stage) {
        const dlt = await stage.topic('topics.dlt', { replies: false });
        const policy = { retry: { attempts: 2, delay: 50, in: 'topics' }, deadLetter: dlt } as const;
        const { topic, seen } = await listen(stage, { policy, handle: fails() });
        const value = Buffer.from([0x62, 0x61, 0x64, 0xff, 0x00]);
        await stage.produce(
          topic,
          { value: 'before' },
          { value, headers: { own: 'header' }, timestamp: '1700000000000' },
        );
        const letters = await stage.read(dlt);
        await expect.poll(() => letters.length, PATIENCE).toBe(1);
        const headers = Object.entries(letters[0]?.headers ?? {}).map(([name, header]) => [name, String(header)]);
        expect(letters[0]?.value).toEqual(value);
        expect(Object.fromEntries(headers)).toMatchObject({
          own: 'header',
          'kafka_dlt-original-topic': topic,
          'kafka_dlt-original-offset': '1',
          'kafka_dlt-original-timestamp': '1700000000000',
          'nest-kafka_attempt': '2',
        });
        expect(headers.map(([name]) => name)).not.toContain('nest-kafka_retry');
        expect(seen.map(({ attempt }) => attempt)).toEqual([1, 1, 2]);
      },
    },
    {
      says: 'a message in a retry topic is delivered at its time over a restart',
      source: 'issue 9: delay kept across restarts',
      async prove(stage) {
        const policy = { retry: { attempts: 3, delay: 2_500, jitter: 0, in: 'topics' }, deadLetter: false } as const;
        const first = await listen(stage, { policy, handle: fails(1) });
        await stage.produce(first.topic, { value: 'bad' });
        await expect.poll(() => first.events.length, PATIENCE).toBe(1);
        const failedAt = first.seen[0]?.at ?? 0;
        await first.close();
        const { topic, groupId } = first;
        const second = await listen(stage, { policy, handle: fails(1), topic, groupId });
        await expect.poll(() => second.seen.length, PATIENCE).toBe(1);
        expect(second.seen[0]).toMatchObject({ payload: 'bad', attempt: 2, offset: '0' });
        expect((second.seen[0]?.at ?? 0) - failedAt).toBeGreaterThan(2_490);
      },
    },
    {
      says: 'of many messages of which a tenth fails, each is handled or given up over a restart in the middle, and none is lost',
      source: 'issue 9: what must be shown',
      async prove(stage) {
        const count = 400;
        const dlt = await stage.topic('many.dlt', { replies: false });
        const policy = { retry: { attempts: 3, delay: 150, in: 'topics' }, deadLetter: dlt } as const;
        const ended = new Set<string>();
        const handle = (payload: unknown, attempt: number): void => {
          const number = Number(payload);
          // A tenth fails twice; of those a tenth fails always.
          if (number % 10 === 0 && (attempt < 3 || number % 100 === 0)) throw new Error('away');
          ended.add(String(payload));
        };
        const first = await listen(stage, { policy, handle, partitions: 2 });
        const { topic, groupId } = first;
        const all = Array.from({ length: count }, (_, number) => ({ value: String(number), partition: number % 2 }));
        await stage.produce(topic, ...all.slice(0, count / 2));
        await expect.poll(() => ended.size, PATIENCE).toBeGreaterThan(count / 4);
        await first.close();
        await stage.produce(topic, ...all.slice(count / 2));
        await listen(stage, { policy, handle, topic, groupId });
        const letters = await stage.read(dlt);
        const places = (): string[] => [...ended, ...letters.map(({ value }) => String(value))];
        await expect.poll(() => new Set(places()).size, PATIENCE).toBe(count);
        expect(new Set(letters.map(({ value }) => String(value)))).toEqual(new Set(['0', '100', '200', '300']));
      },
    },
  ],
};
