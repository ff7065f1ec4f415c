import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { resolveClientConfig } from '../../src/config/client-config.js';
import { TopicReader } from '../../src/reader/topic-reader.js';
import type { ReaderConfig } from '../../src/reader/reader-types.js';
import { Ground, until } from './ground.js';

/** The promises of a group-less reader, on any broker. */
export function describeReaderRules(name: string, brokers: () => Promise<string[]> | string[]): void {
  describe(`A reader on ${name}`, () => {
    let ground: Ground;
    const readers: TopicReader[] = [];
    beforeAll(async () => {
      ground = await Ground.on(await brokers());
    });
    afterEach(() => Promise.all(readers.splice(0).map(reader => reader.close())));
    afterAll(() => ground.close());

    function reader(config: ReaderConfig): { reader: TopicReader; values: string[]; run: () => Promise<void> } {
      const client = resolveClientConfig({
        brokers: ground.brokers,
        clientId: 'reader-rules',
        logLevel: 0,
        retry: { retries: 2, initialRetryTime: 20 },
      });
      const made = new TopicReader(client, config);
      readers.push(made);
      const values: string[] = [];
      const run = (): Promise<void> =>
        made.run({
          eachMessage: async ({ topic, partition, message }) =>
            void values.push(
              `${topic === config.topics[0]?.topic ? '' : 'other '}${partition}/${String(message.value)}`,
            ),
        });
      return { reader: made, values, run };
    }

    it('misses nothing that is produced after start, and shows nothing from before', async () => {
      const topic = await ground.topic(2);
      await ground.produce(topic, 0, ['before']);
      const tail = reader({ topics: [{ topic }] });
      await tail.reader.start();
      await ground.produce(topic, 0, ['between']);
      await tail.run();
      await ground.produce(topic, 1, ['after']);
      await until(() => tail.values.length === 2, 'both messages');
      expect(tail.values.toSorted()).toEqual(['0/between', '1/after']);
    });

    it('delivers at once, not when its long poll is over', async () => {
      const topic = await ground.topic(3);
      const tail = reader({ topics: [{ topic, partitions: [1] }] });
      await tail.run();
      const latencies: number[] = [];
      for (let i = 0; i < 20; i++) {
        await ground.produce(topic, 1, [String(i)]);
        const acknowledged = performance.now();
        await until(() => tail.values.length === i + 1, 'the message');
        latencies.push(performance.now() - acknowledged);
      }
      expect(latencies.sort((a, b) => a - b)[10]).toBeLessThan(100);
    });

    it('reads only the partitions it was given, from the offsets it was given', async () => {
      const topic = await ground.topic(2);
      await ground.produce(topic, 0, ['0', '1', '2']);
      await ground.produce(topic, 1, ['0', '1', '2']);
      const from = reader({ topics: [{ topic, partitions: [0] }], position: { [topic]: { 0: '1' } } });
      await from.run();
      const all = reader({ topics: [{ topic }], position: 'beginning' });
      await all.run();
      await until(() => from.values.length === 2 && all.values.length === 6, 'all messages');
      expect(from.values).toEqual(['0/1', '0/2']);
      expect(from.reader.assigned()).toEqual([{ topic, partitions: [0] }]);
    });

    it('takes in more topics while it reads', async () => {
      const [first, second] = [await ground.topic(1), await ground.topic(1)];
      const tail = reader({ topics: [{ topic: first }] });
      await tail.run();
      await tail.reader.add([{ topic: second, partitions: [0] }]);
      await ground.produce(second, 0, ['x']);
      await ground.produce(first, 0, ['y']);
      await until(() => tail.values.length === 2, 'both messages');
      expect(tail.values.toSorted()).toEqual(['0/y', 'other 0/x']);
    });

    it('refuses partitions and topics that do not exist, by name', async () => {
      const topic = await ground.topic(2);
      const tail = reader({ topics: [{ topic, partitions: [0, 5] }] });
      await expect(tail.reader.start()).rejects.toThrow(`Cannot read ${topic}[5]: the topic has the partitions 0, 1.`);
    });

    it('starts after all once the topic that it missed is there, and not when it is closed', async () => {
      const topic = ground.name('late');
      const tail = reader({ topics: [{ topic }] });
      await expect(tail.reader.start()).rejects.toThrow(`Topic "${topic}"`);
      await ground.admin.createTopics({ topics: [{ topic }], waitForLeaders: true });
      await tail.reader.start();
      expect(tail.reader.assigned()).toEqual([{ topic, partitions: [0] }]);
      await tail.reader.close();
      const closed = reader({ topics: [{ topic }] });
      await closed.reader.close();
      await expect(closed.reader.start()).rejects.toThrow('The reader is closed');
    });

    it('leaves no socket open when closed in the middle of its start', async () => {
      const topic = await ground.topic(1);
      const tail = reader({ topics: [{ topic }] });
      const started = tail.reader.start().catch((error: Error) => error.message);
      await tail.reader.close();
      await tail.reader.close();
      expect(await started).toMatch(/closed|disconnected|undefined/);
    });
  });
}
