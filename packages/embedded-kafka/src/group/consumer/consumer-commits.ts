import { ErrorCode } from '../../protocol/errors.js';
import type { CommitIdentity } from '../group-messages.js';
import type { ConsumerGroup } from './consumer-group.js';
import type { ConsumerMember } from './consumer-member.js';

/** OffsetCommit's first version that knows of member epochs. */
const FIRST_EPOCH_VERSION = 9;

/**
 * Whether a member of a consumer group may commit: its epoch must be the current one; a classic member's generation is its
 * epoch. Without a member, an administrator
 * may while the group is empty.
 * @returns an error code
 */
export function validateConsumerCommit(group: ConsumerGroup, identity: CommitIdentity, version: number): number {
  if (identity.generationId < 0 && group.isEmpty) return ErrorCode.NONE;
  const member = group.members.get(identity.memberId);
  if (member === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
  if (version < FIRST_EPOCH_VERSION && member.classic === undefined) return ErrorCode.UNSUPPORTED_VERSION;
  return identity.generationId === member.epoch ? ErrorCode.NONE : epochError(member);
}

/** As {@link validateConsumerCommit}, within a transaction: TxnOffsetCommit does not know of stale epochs. */
export function validateConsumerTransactionalCommit(group: ConsumerGroup, identity: CommitIdentity): number {
  const errorCode = validateConsumerCommit(group, identity, FIRST_EPOCH_VERSION);
  return errorCode === ErrorCode.STALE_MEMBER_EPOCH ? ErrorCode.ILLEGAL_GENERATION : errorCode;
}

/** Whether offsets may be fetched; whoever does not say who it is may. @returns an error code */
export function validateConsumerFetch(group: ConsumerGroup, memberId: string | null, memberEpoch: number): number {
  if (memberId === null && memberEpoch < 0) return ErrorCode.NONE;
  const member = group.members.get(memberId ?? '');
  if (member === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
  return memberEpoch === member.epoch ? ErrorCode.NONE : epochError(member);
}

function epochError({ classic }: ConsumerMember): number {
  return classic === undefined ? ErrorCode.STALE_MEMBER_EPOCH : ErrorCode.ILLEGAL_GENERATION;
}
