import { Kafka, logLevel, type Consumer, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGround, until, type Ground } from '../group/ground.fixture.js';

/** Apache Kafka answers before its markers are written. */
async function untilOffsetIs(read: () => Promise<string | undefined>, wanted: string): Promise<void> {
  const end = Date.now() + 5_000;
  while ((await read()) !== wanted) {
    if (Date.now() > end) throw new Error(`The offset did not become ${wanted}`);
  }
}

/** kafkajs 2.2.4's transactions, which are those of Kafka 2.1; with KAFKA_BROKERS on Apache Kafka. */
describe('kafkajs 2.2.4', () => {
  let ground: Ground;
  let kafka: Kafka;
  beforeAll(async () => {
    ground = await startGround();
    kafka = new Kafka({ brokers: ground.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50 } });
  });
  afterAll(() => ground.stop());

  async function topicOf(partitions = 1): Promise<string> {
    const admin = kafka.admin();
    await admin.connect();
    const topic = ground.unique('heroes');
    await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true });
    await admin.disconnect();
    return topic;
  }

  async function transactional(transactionalId = ground.unique('tx')): Promise<Producer> {
    const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    return producer;
  }

  /** Reads until the value `end` comes. */
  async function readToEnd(topic: string, options: { uncommitted?: boolean; maxBytes?: number } = {}) {
    const consumer: Consumer = kafka.consumer({
      groupId: ground.unique('reader'),
      maxWaitTimeInMs: 100,
      readUncommitted: options.uncommitted ?? false,
      ...(options.maxBytes === undefined ? {} : { maxBytesPerPartition: options.maxBytes }),
    });
    const values: string[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        values.push(String(message.value));
      },
    });
    await until(
      () => values.includes('end'),
      () => `the end of ${topic}, got ${values.join()}`,
    );
    await consumer.disconnect();
    return values.filter(value => value !== 'end');
  }

  async function sendEnd(topic: string): Promise<void> {
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic, messages: [{ value: 'end', partition: 0 }] });
    await producer.disconnect();
  }

  it('reads what was committed, and of what was aborted nothing', async () => {
    const topic = await topicOf();
    const producer = await transactional();
    for (const [value, committed] of [
      ['A0', false],
      ['C1', true],
      ['A2', false],
      ['C3', true],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value }] });
      await (committed ? transaction.commit() : transaction.abort());
    }
    await producer.disconnect();
    await sendEnd(topic);
    expect(await readToEnd(topic)).toEqual(['C1', 'C3']);
    expect(await readToEnd(topic, { uncommitted: true })).toEqual(['A0', 'C1', 'A2', 'C3']);
  });

  it('skips an aborted transaction that takes several fetches', async () => {
    const topic = await topicOf();
    const producer = await transactional();
    const transaction = await producer.transaction();
    for (let index = 0; index < 20; index++) {
      await transaction.send({ topic, messages: [{ value: `aborted ${index} ${'x'.repeat(2_048)}` }] });
    }
    await transaction.abort();
    const next = await producer.transaction();
    await next.send({ topic, messages: [{ value: 'committed' }] });
    await next.commit();
    await producer.disconnect();
    await sendEnd(topic);
    expect(await readToEnd(topic, { maxBytes: 5_000 })).toEqual(['committed']);
  });

  it('commits offsets with the transaction, and forgets them with it', async () => {
    const topic = await topicOf();
    const consumerGroupId = ground.unique('league');
    const producer = await transactional();
    const admin = kafka.admin();
    await admin.connect();
    const offset = async (): Promise<string | undefined> => {
      const [fetched] = await admin.fetchOffsets({ groupId: consumerGroupId, topics: [topic] });
      return fetched?.partitions[0]?.offset;
    };
    const sendOffsets = async (value: string, end: 'commit' | 'abort'): Promise<void> => {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value }] });
      const topics = [{ topic, partitions: [{ partition: 0, offset: value }] }];
      await transaction.sendOffsets({ consumerGroupId, topics });
      await transaction[end]();
    };
    await sendOffsets('7', 'commit');
    await untilOffsetIs(offset, '7');
    await sendOffsets('9', 'abort');
    expect(await offset()).toBe('7');
    await Promise.all([producer.disconnect(), admin.disconnect()]);
  });

  it('is fenced when another producer takes its transactional id', async () => {
    const topic = await topicOf();
    const id = ground.unique('tx');
    const zombie = await transactional(id);
    const open = await zombie.transaction();
    await open.send({ topic, messages: [{ value: 'zombie' }] });
    const successor = await transactional(id);
    const transaction = await successor.transaction();
    await transaction.send({ topic, messages: [{ value: 'successor' }] });
    await transaction.commit();
    await expect(open.commit()).rejects.toThrow(/epoch|fenced/i);
    await Promise.all([zombie.disconnect(), successor.disconnect()]);
    await sendEnd(topic);
    expect(await readToEnd(topic)).toEqual(['successor']);
  });
});
