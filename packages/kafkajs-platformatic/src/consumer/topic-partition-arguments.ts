import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import type { TopicPartitionOffsetAndMetadata } from './consumer-types.js';
import type { OffsetToCommit } from './group-coordinator.js';

/** Checks of what an application passes, with KafkaJS's messages. All throw KafkaJSNonRetriableError. */
export function checkPartition(topic: string, partition: number): void {
  if (!topic) {
    throw new KafkaJSNonRetriableError(`Invalid topic ${topic}`);
  }
  if (Number.isNaN(Number(partition))) {
    throw new KafkaJSNonRetriableError(`Invalid partition, expected a number received ${partition}`);
  }
}

export function parseOffset(offset: string): bigint {
  try {
    return BigInt(offset);
  } catch (cause) {
    throw new KafkaJSNonRetriableError(`Invalid offset, expected a long received ${offset}`, { cause });
  }
}

export function offsetsToCommit(topicPartitions: readonly TopicPartitionOffsetAndMetadata[]): OffsetToCommit[] {
  return topicPartitions.map(({ topic, partition, offset, metadata = null }) => {
    checkPartition(topic, partition);
    const next = parseOffset(offset);
    if (next < 0n) {
      throw new KafkaJSNonRetriableError('Offset must not be a negative number');
    }
    if (metadata !== null && typeof metadata !== 'string') {
      throw new KafkaJSNonRetriableError(
        `Invalid offset metadata, expected string or null, received ${String(metadata)}`,
      );
    }
    return { topic, partition, offset: next, metadata };
  });
}

export function checkTopicPartitions(
  action: 'pause' | 'resume',
  topicPartitions: readonly { topic: string; partitions?: number[] }[],
): void {
  for (const entry of topicPartitions) {
    if (!entry?.topic) {
      throw new KafkaJSNonRetriableError(`Invalid topic ${entry?.topic || String(entry)}`);
    }
    const { partitions } = entry;
    if (partitions !== undefined && (!Array.isArray(partitions) || partitions.some(Number.isNaN))) {
      throw new KafkaJSNonRetriableError(
        `Array of valid partitions required to ${action} specific partitions instead of ${String(partitions)}`,
      );
    }
  }
}
