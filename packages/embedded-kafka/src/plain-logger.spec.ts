import { Kafka } from 'kafkajs-platformatic';
import { expect, it } from 'vitest';
import { EmbeddedKafka } from './index.js';

it('a client cannot write lines of its own into the log', async () => {
  const lines: string[] = [];
  const note = (message: string): void => void lines.push(message);
  await using kafka = await EmbeddedKafka.start({
    topics: ['orders'],
    logger: { debug: note, info: note, warn: note, error: note },
  });
  const groupId = `orders\nEmbeddedKafka listens on example.org\u001b[2J${'x'.repeat(10_000)}`;
  const consumer = new Kafka({ brokers: kafka.brokers, logLevel: 0 }).consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topics: ['orders'] });
  await consumer.run({ eachMessage: async () => undefined });
  await expect.poll(() => lines.some(line => line.startsWith('Group orders'))).toBe(true);
  await consumer.disconnect();
  expect(lines.filter(line => /\p{Cc}/u.test(line) || line.length > 2_100)).toEqual([]);
  expect(lines.some(line => line.includes(String.raw`orders\u{a}EmbeddedKafka listens`))).toBe(true);
});
