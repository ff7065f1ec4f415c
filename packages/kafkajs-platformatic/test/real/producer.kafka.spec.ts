import { Kafka as KafkaJS } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompressionTypes, Kafka, type Admin } from '../../src/index.js';
import { FaultyProxy } from '../support/faulty-proxy.js';
import { decodeRecordBatches } from '../../src/codec/record-batch-decoder.js';
import { Cluster } from '../../src/cluster/cluster.js';
import { FetchApi } from '../../src/wire/fetch-api.js';
import { quickConfig } from '../support/clients.js';

const PRODUCE = 0;
const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
const PREFIX = `kp-real-${process.pid}-${Date.now()}`;

const kafka = new Kafka({ brokers, logLevel: 1 });
let admin: Admin;

beforeAll(async () => {
  admin = kafka.admin();
  await admin.connect();
});

afterAll(async () => {
  const topics = (await admin.listTopics()).filter(topic => topic.startsWith(PREFIX));
  await admin.deleteTopics({ topics });
  await admin.disconnect();
});

async function createTopic(name: string, numPartitions = 1): Promise<string> {
  const topic = `${PREFIX}-${name}`;
  await admin.createTopics({ topics: [{ topic, numPartitions }] });
  return topic;
}

/** What lies in partition 0, read with our own decoder. */
async function readAll(topic: string): Promise<string[]> {
  const cluster = new Cluster(quickConfig(brokers));
  await cluster.connect();
  await cluster.metadata([topic]);
  const [end] = await admin.fetchTopicOffsets(topic);
  const values: string[] = [];
  let offset = 0n;
  while (offset < BigInt(end?.high ?? '0')) {
    const response = await cluster.request(cluster.leaderOf(topic, 0) as number, 'fetch', FetchApi, {
      maxWaitMs: 500,
      minBytes: 1,
      maxBytes: 1_000_000,
      isolationLevel: 1,
      topics: [
        {
          topic,
          topicId: cluster.topicId(topic),
          partitions: [{ partition: 0, fetchOffset: offset, partitionMaxBytes: 1_000_000 }],
        },
      ],
    });
    for (const batch of decodeRecordBatches(response.topics[0]?.partitions[0]?.records ?? Buffer.alloc(0))) {
      values.push(...batch.records(offset).map(({ value }) => value?.toString() ?? 'null'));
      offset = batch.lastOffset + 1n;
    }
  }
  await cluster.disconnect();
  return values;
}

describe('On Apache Kafka', () => {
  it.each(Object.entries(CompressionTypes))(
    'messages compressed with %s come back as they were',
    async (name, compression) => {
      const topic = await createTopic(`codec-${name}`);
      const producer = kafka.producer();
      await producer.connect();
      const values = Array.from({ length: 500 }, (_, i) => `${i} `.repeat(20));
      await producer.send({ topic, messages: values.map(value => ({ value })), compression });
      await producer.disconnect();
      expect(await readAll(topic)).toEqual(values);
    },
  );

  it('kafkajs reads what we write: keys, headers, tombstones, timestamps', async () => {
    const topic = await createTopic('interop');
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({
      topic,
      messages: [
        { key: 'k', value: 'v', headers: { one: '1', many: ['a', 'b'] }, timestamp: '1600000000000' },
        { key: Buffer.from([255]), value: null },
      ],
      compression: CompressionTypes.GZIP,
    });
    await producer.disconnect();
    const consumer = new KafkaJS({ brokers, logLevel: 0 }).consumer({ groupId: `${PREFIX}-interop` });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const messages: unknown[] = [];
    await consumer.run({ eachMessage: async ({ message }) => void messages.push(message) });
    await expect.poll(() => messages.length, { timeout: 15_000 }).toBe(2);
    await consumer.disconnect();
    expect(messages).toMatchObject([
      {
        key: Buffer.from('k'),
        value: Buffer.from('v'),
        timestamp: '1600000000000',
        headers: { one: Buffer.from('1'), many: [Buffer.from('a'), Buffer.from('b')] },
      },
      { key: Buffer.from([255]), value: null },
    ]);
  });

  it('connections that break during produce leave every partition exact and in order', async () => {
    const topic = await createTopic('faults');
    const proxy = await FaultyProxy.start(brokers);
    const producer = new Kafka({
      brokers: proxy.brokers,
      logLevel: 0,
      retry: { initialRetryTime: 50, retries: 20 },
    }).producer();
    await producer.connect();
    let produces = 0;
    proxy.fate = ({ apiKey }) => {
      if (apiKey !== PRODUCE) {
        return 'pass';
      }
      produces += 1;
      return produces % 3 === 0 ? 'drop-response' : produces % 3 === 1 ? 'drop-request' : 'pass';
    };
    const expected = Array.from({ length: 200 }, (_, i) => `m${i}`);
    const sends: Promise<unknown>[] = [];
    for (const value of expected) {
      sends.push(producer.send({ topic, messages: [{ value }] }));
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    await Promise.all(sends);
    await producer.disconnect();
    await proxy.stop();
    expect(produces).toBeGreaterThan(5);
    expect(await readAll(topic)).toEqual(expected);
  });

  it('the first sends to topics that were just created neither fail nor duplicate', async () => {
    const producer = kafka.producer();
    await producer.connect();
    const topics = Array.from({ length: 4 }, (_, i) => `${PREFIX}-fresh-${i}`);
    await Promise.all(
      topics.flatMap(topic =>
        Array.from({ length: 10 }, (_, i) => producer.send({ topic, messages: [{ value: `${i}` }] })),
      ),
    );
    await producer.disconnect();
    for (const topic of topics) {
      const total = (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
      expect(total).toBe(10);
    }
  });
});
