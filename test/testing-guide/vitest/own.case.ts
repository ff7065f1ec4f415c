import { testKafka } from 'embedded-kafka/vitest';
import { expect, inject, it } from 'vitest';

const kafka = testKafka();
const { controlUrl, brokers } = inject('embeddedKafka');

interface Topics {
  readonly topics: readonly { readonly name: string }[];
}

it('has the broker of the run, and nothing of the file before', async () => {
  expect(kafka.brokers).toEqual(brokers);
  expect(process.env['EMBEDDED_KAFKA_BROKERS']).toBe(brokers.join(','));
  expect(kafka.prefix).toMatch(/^own-[0-9a-f]{8}\.$/);
  const own = await kafka.createTestTopic('orders', { partitions: 3 });
  expect(own).toBe(kafka.testTopic('orders'));
  await expect(kafka.createTestTopic('orders')).rejects.toThrow(/TOPIC_ALREADY_EXISTS/);
  const { topics } = (await (await fetch(`${controlUrl}/topics`)).json()) as Topics;
  expect(topics.map(({ name }) => name)).toEqual([own]);
  console.log(`control=${controlUrl}`);
});
