import { ErrorCode } from '../protocol/errors.js';
import type { ClassicGroup } from './classic-group.js';
import { syncError, type GroupClient, type SyncRequest, type SyncResponse } from './group-messages.js';
import { ParkedRequest } from './parked-request.js';
import type { Rebalancer } from './rebalancer.js';

export type SyncAnswer = SyncResponse | Promise<SyncResponse | null>;

/** Hands a member its assignment: at once if there is one, else when the leader has sent it. */
export function sync(
  group: ClassicGroup,
  request: SyncRequest,
  client: GroupClient,
  rebalancer: Rebalancer,
): SyncAnswer {
  const member = group.members.get(request.memberId);
  const errorCode = validateSync(group, request);
  if (errorCode !== ErrorCode.NONE || member === undefined) return syncError(errorCode);
  switch (group.state) {
    case 'PreparingRebalance':
      return syncError(ErrorCode.REBALANCE_IN_PROGRESS);
    case 'CompletingRebalance': {
      // The same member syncs on another connection: whoever waits on the first one has to ask again.
      member.answerSync(syncError(ErrorCode.REBALANCE_IN_PROGRESS));
      const parked = new ParkedRequest<SyncResponse>(client.signal);
      member.parkedSync = parked;
      rebalancer.markSynced(group, member.memberId);
      if (group.isLeader(member.memberId)) rebalancer.distribute(group, ownCopies(group, request));
      return parked.response;
    }
    default:
      rebalancer.markSynced(group, member.memberId);
      return {
        errorCode: ErrorCode.NONE,
        protocolType: group.protocolType,
        protocolName: group.protocolName,
        assignment: member.assignment,
      };
  }
}

function validateSync(group: ClassicGroup, request: SyncRequest): number {
  const errorCode = group.validateMember(request.memberId, request.groupInstanceId);
  if (errorCode !== ErrorCode.NONE) return errorCode;
  if (request.generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION;
  const isConsistent =
    (request.protocolType === null || request.protocolType === group.protocolType) &&
    (request.protocolName === null || request.protocolName === group.protocolName);
  return isConsistent ? ErrorCode.NONE : ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
}

// What is kept must not pin the leader's whole frame, and assignments to strangers are not kept at all.
function ownCopies(group: ClassicGroup, request: SyncRequest): Map<string, Buffer> {
  const assignments = new Map<string, Buffer>();
  for (const { memberId, assignment } of request.assignments) {
    if (group.members.has(memberId)) assignments.set(memberId, Buffer.from(assignment));
  }
  return assignments;
}
