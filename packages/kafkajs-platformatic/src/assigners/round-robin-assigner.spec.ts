import { PartitionAssigners as KafkaJS, type Cluster, type Logger } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { PartitionAssigners } from './index.js';

const partitions: Record<string, number> = { a: 3, b: 2, c: 5 };
const cluster = {
  findTopicPartitionMetadata: (topic: string) =>
    Array.from({ length: partitions[topic] ?? 0 }, (_, partitionId) => ({ partitionId })),
};
const members = ['m-3', 'm-1', 'm-2'].map(memberId => ({ memberId, memberMetadata: Buffer.alloc(0) }));

describe('PartitionAssigners.roundRobin', () => {
  const ours = PartitionAssigners.roundRobin({ cluster });
  const theirs = KafkaJS.roundRobin({
    cluster: cluster as unknown as Cluster,
    groupId: 'g',
    logger: {} as Logger,
  });

  it('deals exactly what KafkaJS deals, so that either may lead a mixed group', async () => {
    const group = { members, topics: ['a', 'b', 'c'] };
    expect(await ours.assign(group)).toEqual(await theirs.assign(group));
  });

  it('announces itself under the name and the bytes of KafkaJS', () => {
    expect(ours.protocol({ topics: ['a', 'b'] })).toEqual(theirs.protocol({ topics: ['a', 'b'] }));
  });
});
