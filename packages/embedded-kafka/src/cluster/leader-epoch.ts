import { ErrorCode } from '../protocol/errors.js';
import type { Partition } from './partition.js';

/** Checks the leader epoch that a client believes in (KIP-320); -1 means that it does not say. Returns an error code. */
export function checkLeaderEpoch(partition: Partition, currentLeaderEpoch: number): number {
  if (currentLeaderEpoch < 0 || currentLeaderEpoch === partition.leaderEpoch) return ErrorCode.NONE;
  return currentLeaderEpoch < partition.leaderEpoch ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.UNKNOWN_LEADER_EPOCH;
}
