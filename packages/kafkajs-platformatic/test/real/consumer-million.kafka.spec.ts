import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Kafka } from '../../src/kafka.js';
import { Ground, until } from '../consumer/ground.js';

/** 1000000 for the evidence in a release. */
const MESSAGES = Number(process.env['MANY_MESSAGES'] ?? 50_000);
const KEYS = 1_000;
const PARTITIONS = 6;
const CHUNK = 500;
/** Chunks on their way at once. */
const SENDERS = 4;
/** Bytes: what is fetched and not yet handled, with room for the garbage collector. */
const GROWTH = 400 * 1024 * 1024;

describe('Many messages on Apache Kafka', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await Ground.on((process.env['KAFKA_BROKERS'] ?? '').split(','));
  });
  afterAll(() => ground.close());

  it(
    'come through without a gap or a duplicate, in order by key, in bounded memory',
    async () => {
      const topic = await ground.topic(PARTITIONS);
      const kafka = new Kafka({ brokers: ground.brokers, logLevel: 0 });
      const rss = process.memoryUsage().rss;
      let peak = rss;
      const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 100);

      const last = new Int32Array(KEYS).fill(-1);
      let handled = 0;
      let outOfOrder = 0;
      const consumer = kafka.consumer({ groupId: ground.name('group') });
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ message }) => {
          const key = Number(message.key);
          const sequence = Number(message.value?.toString('latin1', 0, 8));
          // Exactly the next one of its key: neither a gap nor a duplicate nor another order passes.
          if (sequence !== (last[key] ?? -1) + 1) {
            outOfOrder++;
          }
          last[key] = sequence;
          handled++;
        },
      });

      const producer = kafka.producer();
      await producer.connect();
      const padding = 'x'.repeat(92);
      const started = performance.now();
      let next = 0;
      // Chunks overlap, sends of one key never overtake each other: `send` keeps the order in which it was called.
      await Promise.all(
        Array.from({ length: SENDERS }, async () => {
          while (next < MESSAGES) {
            const first = next;
            next = Math.min(MESSAGES, first + CHUNK);
            await producer.send({
              topic,
              messages: Array.from({ length: next - first }, (_, i) => ({
                key: String((first + i) % KEYS),
                value: `${String(Math.floor((first + i) / KEYS)).padStart(8, '0')}${padding}`,
              })),
            });
          }
        }),
      );
      const produced = performance.now() - started;
      await until(() => handled >= MESSAGES, 'all messages', 120_000);
      const consumed = performance.now() - started;
      clearInterval(sampler);
      await Promise.all([producer.disconnect(), consumer.disconnect()]);
      process.stdout.write(
        `${MESSAGES} messages of 100 B: produced in ${produced.toFixed(0)} ms, all consumed after ${consumed.toFixed(0)} ms, ` +
          `${outOfOrder} out of sequence, rss ${(rss / 1e6).toFixed(0)} MB before, ${(peak / 1e6).toFixed(0)} MB at most\n`,
      );
      expect(handled).toBe(MESSAGES);
      expect(outOfOrder).toBe(0);
      expect([...last]).toEqual(Array.from({ length: KEYS }, (_, key) => Math.ceil((MESSAGES - key) / KEYS) - 1));
      expect(peak - rss).toBeLessThan(GROWTH);
    },
    60_000 + MESSAGES,
  );
});
