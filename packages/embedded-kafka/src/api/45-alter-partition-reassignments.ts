import type { Cluster } from '../cluster/cluster.js';
import { ErrorCode } from '../protocol/errors.js';
import { alterPartitionReassignmentsCodec } from '../protocol/generated/alter-partition-reassignments.js';
import type { ReassignablePartition } from '../protocol/generated/alter-partition-reassignments-request.js';
import type { ReassignablePartitionResponseInit } from '../protocol/generated/alter-partition-reassignments-response.js';
import { defineApi } from './api.js';

/**
 * AlterPartitionReassignments, v0-1 (KIP-455).
 *
 * - Moves partitions to other nodes. Nodes that are up are in sync at once, and the reassignment is over; with one that is
 *   down it is under way until that comes up.
 * - Null replicas cancel it, NO_REASSIGNMENT_IN_PROGRESS if there is none.
 * - v1 refuses a change of the number of replicas with INVALID_REPLICATION_FACTOR if it is told to.
 */
export const alterPartitionReassignments = defineApi(alterPartitionReassignmentsCodec, {
  handle({ topics, allowReplicationFactorChange }, { broker }) {
    return {
      allowReplicationFactorChange,
      errorCode: ErrorCode.NONE,
      // Kafka's message is empty, not null, where nothing was asked.
      errorMessage: topics.length === 0 ? '' : null,
      responses: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(each => reassign(broker.cluster, name, each, allowReplicationFactorChange)),
      })),
    };
  },
});

function reassign(
  cluster: Cluster,
  topic: string,
  { partitionIndex, replicas }: ReassignablePartition,
  allowsOtherFactor: boolean,
): ReassignablePartitionResponseInit {
  const result = (errorCode: number, errorMessage: string | null = null): ReassignablePartitionResponseInit => ({
    partitionIndex,
    errorCode,
    errorMessage,
  });
  const partition = cluster.partition(topic, partitionIndex);
  if (!partition) {
    const what = cluster.topic(topic) ? `partition ${topic}:${partitionIndex}` : `a topic named ${topic}`;
    return result(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `Unable to find ${what}.`);
  }
  if (replicas === null) {
    if (!partition.replicaState.isReassigning) return result(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS);
    partition.change(current => current.cancelReassignment());
    return result(ErrorCode.NONE);
  }
  const refusal = cluster.assignmentRefusal([replicas]);
  if (refusal) return result(refusal.errorCode, refusal.reason);
  const factor = partition.replicas.length - partition.replicaState.addingReplicas.length;
  if (!allowsOtherFactor && factor !== replicas.length) {
    return result(
      ErrorCode.INVALID_REPLICATION_FACTOR,
      `The replication factor is changed from ${factor} to ${replicas.length}`,
    );
  }
  partition.change(current => current.reassign(replicas));
  return result(ErrorCode.NONE);
}
