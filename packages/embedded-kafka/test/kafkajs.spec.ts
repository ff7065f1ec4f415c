import { CompressionTypes, ConfigResourceTypes, Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedKafka } from '../src/index.js';

/** kafkajs 2.2.4, untouched, as a user has it. */
describe('kafkajs', () => {
  let embedded: EmbeddedKafka;
  let kafka: Kafka;
  let admin: Admin;
  let producer: Producer;

  beforeAll(async () => {
    embedded = await EmbeddedKafka.start();
    kafka = new Kafka({ brokers: embedded.brokers, logLevel: logLevel.NOTHING });
    admin = kafka.admin();
    producer = kafka.producer({ idempotent: true });
    await Promise.all([admin.connect(), producer.connect()]);
  });
  afterAll(async () => {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
    await embedded.stop();
  });

  /** Reads a topic with a consumer group until it has `count` messages. */
  async function consume(topic: string, count: number): Promise<string[]> {
    const consumer = kafka.consumer({ groupId: `reads-${topic}`, maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const values: string[] = [];
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: async ({ message }) => {
            if (values.push(String(message.value)) === count) resolve();
          },
        })
        .catch(reject);
    });
    await consumer.disconnect();
    return values;
  }

  it('creates, describes, grows and deletes topics', async () => {
    expect(await admin.createTopics({ topics: [{ topic: 'admin', numPartitions: 2 }] })).toBe(true);
    expect(await admin.createTopics({ topics: [{ topic: 'admin' }] })).toBe(false);
    expect(await admin.listTopics()).toContain('admin');
    await admin.createPartitions({ topicPartitions: [{ topic: 'admin', count: 4 }] });
    const { topics } = await admin.fetchTopicMetadata({ topics: ['admin'] });
    expect(topics[0]?.partitions).toHaveLength(4);
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: 'admin', configNames: ['cleanup.policy'] }],
    });
    expect(resources[0]?.configEntries).toMatchObject([{ configName: 'cleanup.policy', configValue: 'delete' }]);
    expect(await admin.describeCluster()).toMatchObject({ controller: 1, brokers: [{ nodeId: 1 }] });
    await admin.deleteTopics({ topics: ['admin'] });
    expect(await admin.listTopics()).not.toContain('admin');
  });

  it('produces to a topic that comes into being, and consumes from it', async () => {
    const headers = { trace: 'abc' };
    const [sent] = await producer.send({ topic: 'auto', messages: [{ key: 'k', value: 'one', headers }] });
    expect(sent).toMatchObject({ errorCode: 0, baseOffset: '0' });
    await producer.send({ topic: 'auto', messages: [{ value: 'two' }, { value: null }] });
    expect(await consume('auto', 3)).toEqual(['one', 'two', 'null']);
    expect(await embedded.records('auto')).toMatchObject([
      { offset: 0, key: Buffer.from('k'), headers: [{ key: 'trace', value: Buffer.from('abc') }] },
      { offset: 1, value: Buffer.from('two') },
      { offset: 2, value: null },
    ]);
  });

  it('produces and consumes with gzip', async () => {
    const messages = Array.from({ length: 100 }, (_, index) => ({ value: `message ${index}` }));
    await producer.send({ topic: 'gzipped', compression: CompressionTypes.GZIP, messages });
    expect(await consume('gzipped', 100)).toEqual(messages.map(message => message.value));
    expect(await embedded.records('gzipped')).toHaveLength(100);
  });

  it('looks up offsets, by time too', async () => {
    const messages = [1_000, 2_000, 3_000].map(time => ({ value: `at ${time}`, timestamp: String(time) }));
    await producer.send({ topic: 'timed', messages });
    expect(await admin.fetchTopicOffsets('timed')).toMatchObject([{ partition: 0, low: '0', high: '3' }]);
    expect(await admin.fetchTopicOffsetsByTimestamp('timed', 1_500)).toMatchObject([{ offset: '1' }]);
  });

  it('produces without acknowledgement, and with any number of requests in flight', async () => {
    const plain = kafka.producer();
    await plain.connect();
    await plain.send({ topic: 'unacknowledged', acks: 0, messages: [{ value: 'x' }] });
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        plain.send({ topic: 'unacknowledged', acks: 1, messages: [{ value: String(index) }] }),
      ),
    );
    await plain.disconnect();
    expect(await embedded.records('unacknowledged')).toHaveLength(51);
  });

  it('gets an error that tells what is wrong, and no endless retry', async () => {
    const strict = await EmbeddedKafka.start({ autoCreateTopics: false });
    const lonely = new Kafka({ brokers: strict.brokers, logLevel: logLevel.NOTHING, retry: { retries: 1 } }).producer();
    await lonely.connect();
    await expect(lonely.send({ topic: 'nowhere', messages: [{ value: 'x' }] })).rejects.toThrow(
      /does not host this topic-partition/,
    );
    await lonely.disconnect();
    await strict.stop();
  });

  it('finds its way back after its connections were cut', async () => {
    await producer.send({ topic: 'cut', messages: [{ value: 'before' }] });
    embedded.dropConnections();
    await producer.send({ topic: 'cut', messages: [{ value: 'after' }] });
    expect((await embedded.records('cut')).map(record => String(record.value))).toEqual(['before', 'after']);
  });
});
