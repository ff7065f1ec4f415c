import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConsumerConfig } from '../../src/consumer/consumer-types.js';
import { Ground, until, wait } from '../consumer/ground.js';

describe('A consumer of transactions on Apache Kafka', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await Ground.on((process.env['KAFKA_BROKERS'] ?? '').split(','));
  });
  afterEach(() => ground.closeConsumers());
  afterAll(() => ground.close());

  /** One transaction after the other by one producer: `commit` or `abort` of the values given. */
  async function transact(topic: string, steps: readonly (readonly ['commit' | 'abort', string[]])[]): Promise<void> {
    const producer = ground.kafkajs.producer({
      transactionalId: ground.name('tx'),
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    for (const [end, values] of steps) {
      const transaction = await producer.transaction();
      for (const value of values) {
        await transaction.send({ topic, messages: [{ value, partition: 0 }] });
      }
      await transaction[end]();
    }
    await producer.disconnect();
  }

  async function consumed(
    topic: string,
    config: Partial<ConsumerConfig>,
    last: string,
  ): Promise<{ values: string[]; groupId: string }> {
    const groupId = ground.name('group');
    const values: string[] = [];
    const consumer = ground.consumer({ groupId, ...config });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value).slice(0, 12)) });
    await until(() => values.includes(last), `message ${last}`);
    await wait(300);
    await consumer.disconnect();
    return { values, groupId };
  }

  it('shows no aborted message where one producer aborts and commits in turn, and commits past the markers', async () => {
    const topic = await ground.topic(1);
    await transact(topic, [
      ['abort', ['aborted 0']],
      ['commit', ['C1']],
      ['abort', ['aborted 2']],
      ['commit', ['C3']],
    ]);
    const { values, groupId } = await consumed(topic, {}, 'C3');
    expect(values).toEqual(['C1', 'C3']);
    // Four messages and four markers.
    expect(await ground.committed(groupId, topic)).toEqual([8]);
  });

  it('shows no message of an aborted transaction that spans many fetches', async () => {
    const topic = await ground.topic(1);
    const big = 'x'.repeat(2_000);
    await transact(topic, [
      ['abort', Array.from({ length: 20 }, (_, i) => `aborted ${i} ${big}`)],
      ['commit', ['end']],
    ]);
    const { values } = await consumed(topic, { maxBytesPerPartition: 5_000, maxBytes: 5_000 }, 'end');
    expect(values).toEqual(['end']);
  });

  it('shows everything but the markers with readUncommitted', async () => {
    const topic = await ground.topic(1);
    await transact(topic, [
      ['abort', ['aborted 0']],
      ['commit', ['C1']],
    ]);
    const { values } = await consumed(topic, { readUncommitted: true }, 'C1');
    expect(values).toEqual(['aborted 0', 'C1']);
  });

  it('takes in new partitions of its topic', async () => {
    const topic = await ground.topic(1);
    const handled: string[] = [];
    const consumer = ground.consumer({ groupId: ground.name('group'), metadataMaxAge: 300 });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message }) => void handled.push(`${partition}/${String(message.value)}`),
    });
    await ground.admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
    await wait(200);
    await ground.produce(topic, 0, ['a']);
    await ground.produce(topic, 2, ['b']);
    await until(() => handled.length === 2, 'both messages');
    expect(handled.toSorted()).toEqual(['0/a', '2/b']);
  });

  it('begins anew as it was told when its offset is out of range', async () => {
    const topic = await ground.topic(1);
    await ground.produce(topic, 0, ['0', '1', '2', '3']);
    const groupId = ground.name('group');
    await ground.admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '1' }] });
    await ground.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '3' }] });
    const values: string[] = [];
    const consumer = ground.consumer({ groupId });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) });
    await until(() => values.length > 0, 'the message that is left');
    expect(values).toEqual(['3']);
  });
});
