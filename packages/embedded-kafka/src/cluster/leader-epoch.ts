import { ErrorCode } from '../protocol/errors.js';
import type { Partition } from './partition.js';

/** Checks the leader epoch that a client believes in (KIP-320); -1 means that it does not say. Returns an error code. */
export function checkLeaderEpoch(partition: Partition, currentLeaderEpoch: number): number {
  if (currentLeaderEpoch < 0 || currentLeaderEpoch === partition.leaderEpoch) return ErrorCode.NONE;
  return currentLeaderEpoch < partition.leaderEpoch ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.UNKNOWN_LEADER_EPOCH;
}

/** Whether a node may answer for a partition that only its leader answers for. Returns an error code. */
export function checkLeader(partition: Partition, nodeId: number, currentLeaderEpoch = -1): number {
  const errorCode = checkReplica(partition, nodeId, currentLeaderEpoch);
  if (errorCode !== ErrorCode.NONE) return errorCode;
  return partition.leaderId === nodeId ? ErrorCode.NONE : ErrorCode.NOT_LEADER_OR_FOLLOWER;
}

/** Whether a node may answer for a partition that any of its replicas answers for. Returns an error code. */
export function checkReplica(partition: Partition, nodeId: number, currentLeaderEpoch = -1): number {
  // A node knows nothing of the epochs of what it does not hold.
  if (!partition.replicas.includes(nodeId)) return ErrorCode.NOT_LEADER_OR_FOLLOWER;
  return checkLeaderEpoch(partition, currentLeaderEpoch);
}
