import { EmbeddedKafka } from 'embedded-kafka';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quickKafka } from '../../test/support/clients.js';
import type { Kafka } from '../kafka.js';
import type { Admin } from './admin-types.js';

let broker: EmbeddedKafka;
let kafka: Kafka;
let admin: Admin;

beforeEach(async () => {
  broker = await EmbeddedKafka.start({ topics: [{ name: 'orders', partitions: 2 }] });
  kafka = quickKafka(broker.brokers);
  admin = kafka.admin();
  await admin.connect();
});

afterEach(async () => {
  await admin.disconnect();
  await broker.stop();
});

describe('Topics', () => {
  it('are created once, listed, described and deleted', async () => {
    const topics = [{ topic: 'heroes', numPartitions: 3, replicationFactor: 1 }];
    expect(await admin.createTopics({ topics })).toBe(true);
    expect(await admin.createTopics({ topics })).toBe(false);
    expect(await admin.listTopics()).toEqual(expect.arrayContaining(['heroes', 'orders']));
    const metadata = await admin.fetchTopicMetadata({ topics: ['heroes'] });
    expect(metadata.topics[0]?.partitions.map(({ partitionId, leader }) => [partitionId, leader])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
    await admin.deleteTopics({ topics: ['heroes'] });
    expect(await admin.listTopics()).not.toContain('heroes');
    expect((await admin.fetchTopicMetadata()).topics.map(({ name }) => name)).toContain('orders');
  });

  it('that cannot be created fail each with its name and reason', async () => {
    const creation = admin.createTopics({ topics: [{ topic: 'orders' }, { topic: 'bad name!' }] });
    await expect(creation).rejects.toMatchObject({
      name: 'KafkaJSAggregateError',
      errors: [
        expect.objectContaining({ type: 'TOPIC_ALREADY_EXISTS', topic: 'orders' }),
        expect.objectContaining({ type: 'INVALID_TOPIC_EXCEPTION', topic: 'bad name!' }),
      ],
    });
  });

  it('with wrong settings are refused before anything is sent, all faults at once', async () => {
    const topics = [{ topic: 'a' }, { topic: 'a' }, { topic: '' }, { topic: 'b', configEntries: [{ name: 'x' }] }];
    await expect(admin.createTopics({ topics: topics as never })).rejects.toThrow(
      /multiple entries for the same topic: "a"; entry 2 has no valid topic name; configEntries for topic "b": entry 0/,
    );
  });

  it('that do not exist are named when they are to be deleted or described', async () => {
    await expect(admin.deleteTopics({ topics: ['nowhere'] })).rejects.toThrow('Topic "nowhere"');
    const impatient = kafka.admin({ retry: { retries: 1 } });
    await impatient.connect();
    await expect(impatient.fetchTopicMetadata({ topics: ['nowhere'] })).rejects.toThrow('Topic "nowhere"');
    await impatient.disconnect();
  });
});

describe('Offsets', () => {
  it('of a topic and of a group follow what is written and committed', async () => {
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({
      topic: 'orders',
      messages: [
        { value: 'a', partition: 0, timestamp: '1000' },
        { value: 'b', partition: 0, timestamp: '2000' },
      ],
    });
    await producer.disconnect();
    expect(await admin.fetchTopicOffsets('orders')).toEqual([
      { partition: 0, offset: '2', high: '2', low: '0' },
      { partition: 1, offset: '0', high: '0', low: '0' },
    ]);
    expect(await admin.fetchTopicOffsetsByTimestamp('orders', 1500)).toEqual([
      { partition: 0, offset: '1' },
      { partition: 1, offset: '0' },
    ]);
    expect(await admin.fetchOffsets({ groupId: 'nobody', topics: ['orders'] })).toEqual([
      {
        topic: 'orders',
        partitions: [
          { partition: 0, offset: '-1', metadata: expect.toSatisfy(m => m === null || m === '') },
          { partition: 1, offset: '-1', metadata: expect.toSatisfy(m => m === null || m === '') },
        ],
      },
    ]);
    const [resolved] = await admin.fetchOffsets({ groupId: 'nobody', topics: ['orders'], resolveOffsets: true });
    expect(resolved?.partitions.map(({ offset }) => offset)).toEqual(['2', '0']);
  });
});

describe('The cluster', () => {
  it('is described', async () => {
    const [host, port] = (broker.brokers[0] as string).split(':');
    expect(await admin.describeCluster()).toEqual({
      brokers: [{ nodeId: 1, host, port: Number(port) }],
      controller: 1,
      clusterId: expect.any(String),
    });
  });
});
