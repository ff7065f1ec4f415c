import type { OffsetsByTopicPartition, TopicOffsets } from './consumer-types.js';
import type { OffsetToCommit } from './group-coordinator.js';

/** KafkaJS's shape of offsets. */
export function toTopicOffsets(offsets: readonly OffsetToCommit[]): TopicOffsets[] {
  return Array.from(
    Map.groupBy(offsets, ({ topic }) => topic),
    ([topic, list]) => ({
      topic,
      partitions: list.map(({ partition, offset }) => ({ partition, offset: String(offset) })),
    }),
  );
}

export function fromTopicOffsets({ topics }: OffsetsByTopicPartition): OffsetToCommit[] {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset), metadata: null })),
  );
}
