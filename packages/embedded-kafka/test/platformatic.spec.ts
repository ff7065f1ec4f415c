import {
  Admin,
  Consumer,
  MessagesStreamModes,
  Producer,
  ProduceAcks,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedKafka } from '../src/index.js';

/** @platformatic/kafka 2.12.1, untouched: newer protocol versions than kafkajs has. */
describe('@platformatic/kafka', () => {
  let embedded: EmbeddedKafka;
  let admin: Admin;
  let producer: Producer<string, string, string, string>;

  beforeAll(async () => {
    embedded = await EmbeddedKafka.start();
    const base = { clientId: 'test', bootstrapBrokers: embedded.brokers };
    admin = new Admin(base);
    producer = new Producer({ ...base, serializers: stringSerializers, idempotent: true, autocreateTopics: true });
  });
  afterAll(async () => {
    await Promise.all([admin.close(), producer.close()]);
    await embedded.stop();
  });

  it('creates, lists and deletes topics', async () => {
    const created = await admin.createTopics({ topics: ['created'], partitions: 3, replicas: 1 });
    expect(created).toMatchObject([{ name: 'created', partitions: 3, replicas: 1 }]);
    expect(await admin.listTopics()).toContain('created');
    await admin.deleteTopics({ topics: ['created'] });
    expect(await admin.listTopics()).not.toContain('created');
  });

  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)('produces and consumes with %s', async compression => {
    const topic = `compressed-${compression}`;
    const values = Array.from({ length: 20 }, (_, index) => `message ${index}`);
    const { offsets } = await producer.send({
      messages: values.map(value => ({ topic, key: 'k', value, headers: { h: 'v' } })),
      acks: ProduceAcks.ALL,
      compression,
    });
    expect(offsets).toMatchObject([{ topic, partition: 0, offset: 0n }]);
    const consumer = new Consumer({
      clientId: 'test',
      groupId: `reads-${topic}`,
      bootstrapBrokers: embedded.brokers,
      deserializers: stringDeserializers,
      maxWaitTime: 100,
    });
    const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST });
    const received: string[] = [];
    for await (const message of stream) {
      received.push(message.value);
      if (received.length === values.length) break;
    }
    await consumer.close(true);
    expect(received).toEqual(values);
  });

  it('has its records decoded, whatever compressed them', async () => {
    for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
      const records = await embedded.records(`compressed-${compression}`);
      expect(records.map(({ value }) => value?.toString())).toEqual(
        Array.from({ length: 20 }, (_, index) => `message ${index}`),
      );
    }
  });
});
