import { randomBytes } from 'node:crypto';
import { Partitioners as KafkaJSPartitioners } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import type { PartitionMetadata } from '../../cluster/cluster-metadata.js';
import { Partitioners } from './partitioners.js';

function partitions(leaders: readonly number[]): PartitionMetadata[] {
  return leaders.map((leader, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader,
    leaderEpoch: 0,
    replicas: [],
    isr: [],
    offlineReplicas: [],
  }));
}

describe.each(['DefaultPartitioner', 'LegacyPartitioner', 'JavaCompatiblePartitioner'] as const)('%s', name => {
  it("puts every key on the partition that KafkaJS's puts it on", () => {
    const ours = Partitioners[name]();
    const theirs = KafkaJSPartitioners[name]();
    const partitionMetadata = partitions(Array.from({ length: 97 }, () => 1));
    for (let i = 0; i < 3000; i++) {
      const bytes = randomBytes(i % 37);
      for (const key of [bytes, bytes.toString('utf8'), `hero-${i}`]) {
        const args = { topic: 't', partitionMetadata, message: { key, value: null } };
        expect(ours(args)).toBe(theirs(args));
      }
    }
  });

  it('takes the partitions in turn for messages without a key, past those without a leader', () => {
    const partitioner = Partitioners[name]();
    const partitionMetadata = partitions([1, -1, 2, 1]);
    const chosen = Array.from({ length: 6 }, () =>
      partitioner({ topic: 't', partitionMetadata, message: { value: 'v' } }),
    );
    expect(new Set(chosen.slice(0, 3))).toEqual(new Set([0, 2, 3]));
    expect(chosen.slice(3)).toEqual(chosen.slice(0, 3));
  });

  it("lets a message's own partition win", () => {
    const args = { topic: 't', partitionMetadata: partitions([1]), message: { key: 'k', value: 'v', partition: 7 } };
    expect(Partitioners[name]()(args)).toBe(7);
  });
});
