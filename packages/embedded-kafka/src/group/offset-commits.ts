import { ErrorCode } from '../protocol/errors.js';
import type { ClassicGroup } from './classic-group.js';
import type { CommitIdentity } from './group-messages.js';

/**
 * Whether a commit may be made in this group's state, by whoever says to make it.
 * Generation -1 without a member is an administrator or a consumer that assigns its partitions itself: it may commit
 * while nobody else is in the group.
 */
export function validateCommit(group: ClassicGroup, identity: CommitIdentity): number {
  const { generationId, memberId, groupInstanceId } = identity;
  if (generationId < 0 && group.state === 'Empty') return ErrorCode.NONE;
  if (generationId < 0 && memberId === '' && groupInstanceId === null) return ErrorCode.UNKNOWN_MEMBER_ID;
  const errorCode = group.validateMember(memberId, groupInstanceId);
  if (errorCode !== ErrorCode.NONE) return errorCode;
  if (generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION;
  // Its partitions are being given away; it has to learn its new assignment first.
  return group.state === 'CompletingRebalance' ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE;
}

/**
 * As {@link validateCommit}, for a commit within a transaction (KIP-447): producers that are too old to say who they are
 * may commit, since the transaction fences them, and a rebalance that is under way is no hindrance.
 */
export function validateTransactionalCommit(group: ClassicGroup, identity: CommitIdentity): number {
  const { generationId, memberId, groupInstanceId } = identity;
  if (generationId < 0 && (group.state === 'Empty' || (memberId === '' && groupInstanceId === null))) {
    return ErrorCode.NONE;
  }
  const errorCode = group.validateMember(memberId, groupInstanceId);
  if (errorCode !== ErrorCode.NONE) return errorCode;
  return generationId === group.generationId ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
}
