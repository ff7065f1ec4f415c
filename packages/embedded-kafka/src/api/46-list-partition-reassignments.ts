import type { Partition } from '../cluster/partition.js';
import { ErrorCode } from '../protocol/errors.js';
import { listPartitionReassignmentsCodec } from '../protocol/generated/list-partition-reassignments.js';
import type { OngoingTopicReassignmentInit } from '../protocol/generated/list-partition-reassignments-response.js';
import { defineApi } from './api.js';

/**
 * ListPartitionReassignments, v0 (KIP-455): those that are under way, of the partitions asked for, or of all for null. What
 * does not exist is left out.
 */
export const listPartitionReassignments = defineApi(listPartitionReassignmentsCodec, {
  handle({ topics }, { broker }) {
    const { cluster } = broker;
    const asked: OngoingTopicReassignmentInit[] =
      topics === null
        ? Array.from(cluster.topics, ({ name, partitions }) => ongoing(name, partitions))
        : topics.map(({ name, partitionIndexes }) =>
            ongoing(
              name,
              partitionIndexes.flatMap(index => cluster.partition(name, index) ?? []),
            ),
          );
    return {
      errorCode: ErrorCode.NONE,
      errorMessage: null,
      topics: asked.filter(({ partitions }) => partitions.length > 0),
    };
  },
});

function ongoing(name: string, partitions: readonly Partition[]): OngoingTopicReassignmentInit {
  return {
    name,
    partitions: partitions
      .filter(({ replicaState }) => replicaState.isReassigning)
      .map(({ index, replicas, replicaState: { addingReplicas, removingReplicas } }) => ({
        partitionIndex: index,
        replicas,
        addingReplicas,
        removingReplicas,
      })),
  };
}
