import { ErrorCode } from '../protocol/errors.js';
import type { ClassicGroup } from './classic-group.js';
import type { LeavingMember, LeftMember } from './group-messages.js';
import type { Rebalancer } from './rebalancer.js';

/** Removes members, by member id or, for static ones, by instance id (KIP-345); the rest of the group rebalances. */
export function leave(group: ClassicGroup, leaving: readonly LeavingMember[], rebalancer: Rebalancer): LeftMember[] {
  const left = leaving.map(({ memberId, groupInstanceId, reason }) => {
    const errorCode = removeOne(group, memberId, groupInstanceId);
    return { memberId, groupInstanceId, errorCode, reason };
  });
  const gone = left.filter(({ errorCode }) => errorCode === ErrorCode.NONE);
  if (gone.length > 0) {
    const names = gone.map(({ memberId, groupInstanceId, reason }) => {
      return `${memberId || (groupInstanceId ?? '')} (${reason ?? 'no reason given'})`;
    });
    rebalancer.afterRemoval(group, `left: ${names.join(', ')}`);
  }
  return left.map(({ memberId, groupInstanceId, errorCode }) => ({ memberId, groupInstanceId, errorCode }));
}

function removeOne(group: ClassicGroup, memberId: string, groupInstanceId: string | null): number {
  if (memberId === '') {
    const member = groupInstanceId === null ? undefined : group.staticMemberId(groupInstanceId);
    if (member === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
    group.remove(member);
    return ErrorCode.NONE;
  }
  if (!group.pendingJoins.has(memberId)) {
    const errorCode = group.validateMember(memberId, groupInstanceId);
    if (errorCode !== ErrorCode.NONE) return errorCode;
  }
  group.remove(memberId);
  return ErrorCode.NONE;
}
