import { checkLeader } from '../cluster/leader-epoch.js';
import type { Partition } from '../cluster/partition.js';
import { ErrorCode } from '../protocol/errors.js';
import { offsetForLeaderEpochCodec } from '../protocol/generated/offset-for-leader-epoch.js';
import type { OffsetForLeaderPartition } from '../protocol/generated/offset-for-leader-epoch-request.js';
import type { EpochEndOffsetInit } from '../protocol/generated/offset-for-leader-epoch-response.js';
import { defineApi } from './api.js';

const UNKNOWN_EPOCH = -1;

/**
 * OffsetForLeaderEpoch, v2-4 (KIP-101, KIP-320).
 *
 * - Tells the largest epoch up to the one asked for that has records, and where it ends: at the start of the next one, or at
 *   the end of the log. Consumers learn by it whether what they read was truncated.
 * - An epoch that is later than all is answered with epoch and offset -1, without an error.
 * - Only the leader answers; any other node is NOT_LEADER_OR_FOLLOWER.
 */
export const offsetForLeaderEpoch = defineApi(offsetForLeaderEpochCodec, {
  handle({ topics }, { broker, node }) {
    return {
      topics: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(each => endOf(broker.cluster.partition(topic, each.partition), each, node.id)),
      })),
    };
  },
});

function endOf(
  partition: Partition | undefined,
  { partition: index, currentLeaderEpoch, leaderEpoch }: OffsetForLeaderPartition,
  nodeId: number,
): EpochEndOffsetInit {
  if (!partition) return { partition: index, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION };
  const errorCode = checkLeader(partition, nodeId, currentLeaderEpoch);
  const end =
    errorCode === ErrorCode.NONE && leaderEpoch !== UNKNOWN_EPOCH
      ? partition.log.epochs.endOf(leaderEpoch, partition.log)
      : undefined;
  if (end === undefined) return { partition: index, errorCode };
  return { partition: index, errorCode, leaderEpoch: end.leaderEpoch, endOffset: BigInt(end.endOffset) };
}
