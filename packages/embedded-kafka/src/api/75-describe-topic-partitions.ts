import { NO_LEADER } from '../cluster/replica-set.js';
import type { Partition } from '../cluster/partition.js';
import type { Topic } from '../cluster/topic.js';
import { topicNameFault } from '../cluster/topic-name.js';
import { ZERO_UUID } from '../protocol/defaults.js';
import { ErrorCode } from '../protocol/errors.js';
import {
  describeTopicPartitionsCodec,
  type DescribeTopicPartitionsResponseInit,
} from '../protocol/generated/describe-topic-partitions.js';
import type { DescribeTopicPartitionsResponsePartitionInit } from '../protocol/generated/describe-topic-partitions-response.js';
import { TOPIC_OPERATIONS } from './authorized-operations.js';
import { defineApi } from './api.js';

/** Kafka's `max.request.partition.size.limit`. */
const MAX_PARTITIONS = 2_000;

/**
 * DescribeTopicPartitions, v0 (KIP-966).
 *
 * - The topics asked for, or all of them for an empty list, in the order of their names, as many partitions as the request
 *   and the broker allow, at least one. What is left out is told by a cursor, from which the next request goes on.
 * - Also tells who may lead without being in sync, and who led last.
 */
export const describeTopicPartitions = defineApi(describeTopicPartitionsCodec, {
  handle({ topics, responsePartitionLimit, cursor }, { broker }) {
    const { cluster } = broker;
    if (cursor !== null && cursor.partitionIndex < 0) {
      return { topics: topics.map(({ name }) => missing(name, ErrorCode.INVALID_REQUEST)), nextCursor: null };
    }
    const wantsAll = topics.length === 0;
    const names = wantsAll ? Array.from(cluster.topics, ({ name }) => name) : topics.map(({ name }) => name);
    const sorted = [...new Set(names)].filter(name => cursor === null || name >= cursor.topicName).sort();
    let left = Math.max(1, Math.min(MAX_PARTITIONS, responsePartitionLimit));
    const described: DescribeTopicPartitionsResponseInit['topics'][number][] = [];
    for (const name of sorted) {
      if (left === 0) return { topics: described, nextCursor: { topicName: name, partitionIndex: 0 } };
      const topic = cluster.topic(name);
      if (!topic) {
        const errorCode = topicNameFault(name)
          ? ErrorCode.INVALID_TOPIC_EXCEPTION
          : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        described.push({ ...missing(name, errorCode), topicAuthorizedOperations: TOPIC_OPERATIONS });
        continue;
      }
      const from = cursor?.topicName === name ? cursor.partitionIndex : 0;
      const partitions = topic.partitions.slice(from, from + left);
      described.push(describe(topic, partitions));
      const next = from + partitions.length;
      if (next < topic.partitions.length) {
        return { topics: described, nextCursor: { topicName: name, partitionIndex: next } };
      }
      left -= partitions.length;
    }
    return { topics: described, nextCursor: null };
  },
});

function missing(name: string, errorCode: number): DescribeTopicPartitionsResponseInit['topics'][number] {
  return { errorCode, name, topicId: ZERO_UUID, partitions: [] };
}

function describe(
  topic: Topic,
  partitions: readonly Partition[],
): DescribeTopicPartitionsResponseInit['topics'][number] {
  return {
    errorCode: ErrorCode.NONE,
    name: topic.name,
    topicId: topic.id,
    isInternal: topic.isInternal,
    partitions: partitions.map(describePartition),
    topicAuthorizedOperations: TOPIC_OPERATIONS,
  };
}

function describePartition(partition: Partition): DescribeTopicPartitionsResponsePartitionInit {
  const { index, leaderId, leaderEpoch, replicas, isr, eligibleLeaders, lastKnownLeaders, offlineReplicas } = partition;
  return {
    errorCode: leaderId === NO_LEADER ? ErrorCode.LEADER_NOT_AVAILABLE : ErrorCode.NONE,
    partitionIndex: index,
    leaderId,
    leaderEpoch,
    replicaNodes: replicas,
    isrNodes: isr,
    eligibleLeaderReplicas: eligibleLeaders,
    lastKnownElr: lastKnownLeaders,
    offlineReplicas,
  };
}
