import { randomUUID } from 'node:crypto';
import type { ClassicGroup } from './classic-group.js';
import { ErrorCode } from '../protocol/errors.js';
import type { GroupMember } from './group-member.js';
import {
  joinError,
  type GroupClient,
  type JoinCapabilities,
  type JoinRequest,
  type JoinResponse,
} from './group-messages.js';
import type { GroupCoordinatorOptions } from './group-options.js';
import { ParkedRequest } from './parked-request.js';
import { sameProtocols } from './protocol-selection.js';
import { currentGeneration, type Rebalancer } from './rebalancer.js';

export type JoinAnswer = JoinResponse | Promise<JoinResponse | null>;

/** One JoinGroup on its way into one group. */
export interface Joining {
  readonly group: ClassicGroup;
  readonly request: JoinRequest;
  readonly client: GroupClient;
  readonly capabilities: JoinCapabilities;
  readonly rebalancer: Rebalancer;
  readonly options: GroupCoordinatorOptions;
}

/** Lets a member into its group: at once, after the others have joined, or not at all. */
export function join(joining: Joining): JoinAnswer {
  const { group, request, rebalancer, options } = joining;
  if (!hasRoomFor(group, request.memberId, options.maxGroupSize)) {
    group.remove(request.memberId);
    rebalancer.completeJoinIfAllJoined(group);
    return joinError(ErrorCode.GROUP_MAX_SIZE_REACHED, '');
  }
  if (!group.supports(request.protocolType, request.protocols)) {
    return joinError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, request.memberId);
  }
  return request.memberId === '' ? joinNewMember(joining) : joinKnownMember(joining);
}

function hasRoomFor(group: ClassicGroup, memberId: string, maxGroupSize: number): boolean {
  const member = group.members.get(memberId);
  // Ids handed out count only against new ones, or a member could be refused for the id that it was given.
  const reserved = memberId === '' ? group.pendingJoins.size : 0;
  switch (group.state) {
    case 'PreparingRebalance':
      return member?.parkedJoin !== undefined || group.joinedCount + reserved < maxGroupSize;
    case 'CompletingRebalance':
    case 'Stable':
      return member !== undefined || group.members.size + reserved < maxGroupSize;
    default:
      return reserved < maxGroupSize;
  }
}

function joinNewMember(joining: Joining): JoinAnswer {
  const { group, request, client, capabilities, rebalancer } = joining;
  const instanceId = request.groupInstanceId;
  const memberId = `${instanceId ?? client.clientId}-${randomUUID()}`;
  if (instanceId !== null) {
    const current = group.members.get(group.staticMemberId(instanceId) ?? '');
    return current === undefined ? addMember(joining, memberId) : replaceStaticMember(joining, current, memberId);
  }
  if (capabilities.memberIdRequired) {
    rebalancer.addPendingMember(group, memberId, request.sessionTimeoutMs);
    return joinError(ErrorCode.MEMBER_ID_REQUIRED, memberId);
  }
  return addMember(joining, memberId);
}

function joinKnownMember(joining: Joining): JoinAnswer {
  const { group, request } = joining;
  const { memberId } = request;
  if (group.pendingJoins.has(memberId)) {
    // An id is only reserved for dynamic members: with an instance id this is nobody's request.
    if (request.groupInstanceId !== null) return joinError(ErrorCode.UNKNOWN_SERVER_ERROR, memberId);
    return addMember(joining, memberId);
  }
  const errorCode = group.validateMember(memberId, request.groupInstanceId);
  const member = group.members.get(memberId);
  if (errorCode !== ErrorCode.NONE || member === undefined) return joinError(errorCode, memberId);
  const isUnchanged = sameProtocols(request.protocols, member.protocols);
  // It may have missed the answer to its first join.
  if (group.state === 'CompletingRebalance' && isUnchanged) return currentGeneration(group, memberId);
  // A leader that joins again asks for a rebalance: it may have seen new partitions.
  if (group.state === 'Stable' && isUnchanged && !group.isLeader(memberId)) return currentGeneration(group, memberId);
  return rejoin(joining, member);
}

function rejoin(joining: Joining, member: GroupMember): JoinAnswer {
  const { group, request, rebalancer } = joining;
  const parked = park(joining, member);
  rebalancer.rebalance(group, `member ${member.memberId} joins again (${request.reason ?? 'no reason given'})`);
  return parked;
}

function addMember(joining: Joining, memberId: string): JoinAnswer {
  const { group, request, client, rebalancer, options } = joining;
  const member = rebalancer.createMember(group, {
    memberId,
    groupInstanceId: request.groupInstanceId,
    clientId: client.clientId,
    clientHost: client.clientHost,
    sessionTimeoutMs: request.sessionTimeoutMs,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs,
    protocolType: request.protocolType,
    protocols: request.protocols,
  });
  member.isNew = true;
  if (group.state === 'PreparingRebalance' && group.previousState === 'Empty') group.newMemberAdded = true;
  group.add(member);
  const parked = park(joining, member);
  member.session.reset(options.newMemberJoinTimeoutMs);
  rebalancer.rebalance(group, `member ${memberId} joins (${request.reason ?? 'no reason given'})`);
  return parked;
}

/** A static member that was restarted. If nothing changes for the others, they never hear of it. */
function replaceStaticMember(joining: Joining, old: GroupMember, memberId: string): JoinAnswer {
  const { group, capabilities, rebalancer } = joining;
  const formerLeader = group.leaderId;
  const member = rebalancer.createMember(group, { ...old, memberId });
  group.replaceStaticMember(old, member);
  const parked = park(joining, member);
  member.keepAlive();
  if (group.state === 'Stable' && group.selectProtocol() === group.protocolName) {
    const answer = currentGeneration(group, memberId);
    member.answerJoin(
      capabilities.canSkipAssignment
        ? { ...answer, skipAssignment: group.isLeader(memberId) }
        : // Before version 9 it must not learn that it leads, or it would assign without being asked to.
          { ...answer, leader: formerLeader ?? '', members: [] },
    );
  } else {
    // In CompletingRebalance because the leader may be assigning to the old id right now.
    rebalancer.rebalance(group, `static member ${member.groupInstanceId ?? ''} came back as ${memberId}`);
  }
  return parked;
}

function park(joining: Joining, member: GroupMember): Promise<JoinResponse | null> {
  const { request, client } = joining;
  member.update(request.protocols, request.sessionTimeoutMs, request.rebalanceTimeoutMs);
  // The same member joins on another connection: whoever waits on the first one has to ask again.
  member.answerJoin(joinError(ErrorCode.REBALANCE_IN_PROGRESS, member.memberId));
  member.parkedJoin = new ParkedRequest<JoinResponse>(client.signal);
  return member.parkedJoin.response;
}
