import { EmbeddedKafka } from 'embedded-kafka';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PartitionClaim } from '../../src/consumer/partition-claim.js';
import { Kafka } from '../../src/index.js';
import { Ground, until, wait } from './ground.js';

describe('A claim on a partition', () => {
  let kafka: EmbeddedKafka;
  let ground: Ground;
  beforeAll(async () => {
    kafka = await EmbeddedKafka.start();
    ground = await Ground.on(kafka.brokers);
  });
  afterEach(() => ground.closeConsumers());
  afterAll(async () => {
    await ground.close();
    await kafka.stop();
  });

  /** A consumer that claims its partition with each message. */
  async function claiming(fromBeginning: boolean) {
    const topic = await ground.topic(1);
    const groupId = ground.name('group');
    const claims: PartitionClaim[] = [];
    await ground.produce(topic, 0, ['0', '1', '2']);
    const consumer = ground.consumer({ groupId });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning });
    await consumer.run({
      async eachMessage({ partition }) {
        claims.push(await consumer.claim({ topic, partition }));
      },
    });
    return { topic, groupId, consumer, claims, committed: () => ground.committed(groupId, topic) };
  }

  it('commits where the partition begins, and from then on nothing of what is handled', async () => {
    const { topic, claims, consumer, committed } = await claiming(false);
    await until(async () => (await committed())[0] === 3, 'the end, where it begins, is committed');
    await ground.produce(topic, 0, ['3', '4']);
    await until(() => claims.length === 2, 'both messages are handled');
    await wait(100);
    expect(await claims[0]?.committed()).toBe('3');
    await consumer.disconnect();
    expect((await committed())[0]).toBe(3);
  });

  it('tells as whom a transaction commits the offsets, which the group then has', async () => {
    const { topic, groupId, claims } = await claiming(true);
    await until(() => claims.length === 3, 'all messages are handled');
    const producer = new Kafka({ brokers: kafka.brokers }).producer({ transactionalId: ground.name('id') });
    await producer.connect();
    const metadata = await claims[0]?.groupMetadata();
    expect(metadata).toMatchObject({ consumerGroupId: groupId, groupInstanceId: null });
    const topics = [{ topic, partitions: [{ partition: 0, offset: '2' }] }];
    const stale = await producer.transaction();
    const before = { ...metadata, consumerGroupId: groupId, generationId: (metadata?.generationId ?? 0) - 1, topics };
    await expect(stale.sendOffsets(before)).rejects.toThrow(/generation/i);
    await stale.abort();
    const transaction = await producer.transaction();
    await transaction.sendOffsets({ ...metadata, consumerGroupId: groupId, topics });
    await transaction.commit();
    expect(await claims[0]?.committed()).toBe('2');
    await producer.disconnect();
  });

  it('is over when the partition has been given up, and is not made on one that is not assigned', async () => {
    const { topic, consumer, claims } = await claiming(true);
    await until(() => claims.length === 3, 'all messages are handled');
    await expect(consumer.claim({ topic, partition: 7 })).rejects.toThrow(`${topic}[7] cannot be claimed`);
    expect(claims[0]?.isHeld).toBe(true);
    await consumer.disconnect();
    expect(claims[0]?.isHeld).toBe(false);
    await expect(claims[0]?.groupMetadata()).rejects.toThrow('The claim on');
    await expect(claims[0]?.committed()).rejects.toThrow('The claim on');
  });
});
