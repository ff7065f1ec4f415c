import type { Cluster } from '../cluster/cluster.js';
import { NO_LEADER } from '../cluster/replica-set.js';
import { ErrorCode } from '../protocol/errors.js';
import { electLeadersCodec } from '../protocol/generated/elect-leaders.js';
import type { PartitionResultInit, ReplicaElectionResultInit } from '../protocol/generated/elect-leaders-response.js';
import { defineApi } from './api.js';

const PREFERRED = 0;
const UNCLEAN = 1;

const isKnown = (electionType: number): boolean => electionType === PREFERRED || electionType === UNCLEAN;

/**
 * ElectLeaders, v0-2 (KIP-183, KIP-460).
 *
 * - Preferred (0): the first of the replicas leads again, PREFERRED_LEADER_NOT_AVAILABLE if it is not in sync. Unclean (1,
 *   v1+): any replica leads that is up, ELIGIBLE_LEADERS_NOT_AVAILABLE if none is; only where nobody leads.
 * - ELECTION_NOT_NEEDED where all is well. For null, which means all partitions, those are
 *   left out, but not their topics.
 */
export const electLeaders = defineApi(electLeadersCodec, {
  handle({ electionType, topicPartitions }, { broker }) {
    const { cluster } = broker;
    if (topicPartitions === null) return { replicaElectionResults: electAll(cluster, electionType) };
    return {
      errorCode: isKnown(electionType) ? ErrorCode.NONE : ErrorCode.INVALID_REQUEST,
      replicaElectionResults: topicPartitions.map(({ topic, partitions }) => ({
        topic,
        partitionResult: partitions.map(partition => elect(cluster, topic, partition, electionType)),
      })),
    };
  },
});

function electAll(cluster: Cluster, electionType: number): ReplicaElectionResultInit[] {
  return Array.from(cluster.topics, ({ name, partitions }) => ({
    topic: name,
    partitionResult: partitions
      .map(({ index }) => elect(cluster, name, index, electionType))
      .filter(({ errorCode }) => errorCode !== ErrorCode.ELECTION_NOT_NEEDED),
  }));
}

function elect(cluster: Cluster, topic: string, partitionId: number, electionType: number): PartitionResultInit {
  const result = (errorCode: number, errorMessage: string | null = null): PartitionResultInit => ({
    partitionId,
    errorCode,
    errorMessage,
  });
  if (!isKnown(electionType)) {
    return result(ErrorCode.INVALID_REQUEST, `Unknown election type ${electionType}`);
  }
  const isUnclean = electionType === UNCLEAN;
  const partition = cluster.partition(topic, partitionId);
  if (!partition) {
    const what = cluster.topic(topic) ? `partition as ${topic}-${partitionId}` : `topic as ${topic}`;
    return result(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `No such ${what}`);
  }
  const { preferredLeader } = partition.replicaState;
  const isWell = isUnclean ? partition.leaderId !== NO_LEADER : partition.leaderId === preferredLeader;
  if (isWell) return result(ErrorCode.ELECTION_NOT_NEEDED, 'Leader election not needed for topic partition.');
  if (isUnclean) {
    partition.change(replicas => replicas.electUnclean());
    return result(partition.leaderId === NO_LEADER ? ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE : ErrorCode.NONE);
  }
  if (!partition.replicaState.canLead(preferredLeader)) return result(ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE);
  partition.change(replicas => replicas.moveLeader(preferredLeader));
  return result(ErrorCode.NONE);
}
