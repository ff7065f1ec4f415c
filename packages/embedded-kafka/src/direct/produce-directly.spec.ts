import { Partitioners } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { EmbeddedKafka } from '../embedded-kafka.js';
import { partitionOfKey } from './key-partition.js';

describe('producing without a client', () => {
  it('chooses the partitions of keys as Kafka’s clients do', () => {
    const partitioner = Partitioners.JavaCompatiblePartitioner();
    const partitionMetadata = Array.from({ length: 7 }, (_, partitionId) => ({ partitionId, leader: 1 }));
    const keys = ['a', 'ab', 'abc', 'abcd', 'abcde', 'ключ', '0123456789-0123456789'];
    const expected = keys.map(key =>
      partitioner({ topic: 't', partitionMetadata, message: { key, value: '' } } as never),
    );
    expect(keys.map(key => partitionOfKey(Buffer.from(key), 7))).toEqual(expected);
  });

  it('gives consumers what was written, and tells where it lies', async () => {
    await using kafka = await EmbeddedKafka.start({ topics: [{ name: 'orders', partitions: 2 }] });
    const before = Date.now();
    const places = await kafka.produce('orders', [{ value: 'a' }, { value: 'b' }, { value: new Uint8Array([255]) }]);
    expect(places).toEqual([
      { partition: 0, offset: 0 },
      { partition: 1, offset: 0 },
      { partition: 0, offset: 1 },
    ]);
    await kafka.produce('orders', [{ key: 'k', partition: 0, timestamp: 5, headers: { h: null } }]);
    const records = await kafka.records('orders');
    expect(records.map(({ partition, value }) => [partition, value?.toString('latin1')])).toEqual([
      [0, 'a'],
      [0, 'ÿ'],
      [0, undefined],
      [1, 'b'],
    ]);
    expect(records[0]!.timestamp).toBeGreaterThanOrEqual(before);
    expect(records[2]).toMatchObject({ timestamp: 5, value: null, headers: [{ key: 'h', value: null }] });
    expect(records[2]!.key?.toString()).toBe('k');
  });

  it('obeys the topic’s rules', async () => {
    await using kafka = await EmbeddedKafka.start({
      brokers: 2,
      topics: [
        { name: 'small', configs: { 'max.message.bytes': 100 } },
        { name: 'safe', configs: { 'min.insync.replicas': 2 } },
        { name: 'keyed', configs: { 'cleanup.policy': 'compact' } },
      ],
    });
    const refusal = (topic: string, value: string) => kafka.produce(topic, [{ value }]);
    await expect(refusal('small', 'x'.repeat(200))).rejects.toThrow(/small-0 \(MESSAGE_TOO_LARGE\)/);
    await expect(refusal('keyed', 'x')).rejects.toThrow(/INVALID_RECORD/);
    await expect(refusal('none', 'x')).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
    await expect(kafka.produce('small', [{ partition: 1 }])).rejects.toMatchObject({ code: 'UNKNOWN_PARTITION' });
    await kafka.stopNode(2);
    await expect(refusal('safe', 'x')).rejects.toThrow(/NOT_ENOUGH_REPLICAS/);
    await kafka.stopNode(1);
    await expect(refusal('small', 'x')).rejects.toThrow(/LEADER_NOT_AVAILABLE/);
    expect(await kafka.records('safe')).toEqual([]);
  });
});
