import { ErrorCode } from '../../protocol/errors.js';
import { ConsumerGroupError } from './consumer-group-error.js';
import type { ConsumerGroup } from './consumer-group.js';
import { AWAY_EPOCH, ConsumerMember } from './consumer-member.js';
import type { ConsumerHeartbeatRequest } from './heartbeat-messages.js';
import { JOIN_EPOCH } from './heartbeat-validation.js';
import { includesAll } from './partition-map.js';

/**
 * The member in whose name a heartbeat comes; one that joins is made, but is not in the group yet.
 * @throws ConsumerGroupError if the group does not know it, or knows better
 */
export function memberOf(group: ConsumerGroup, request: ConsumerHeartbeatRequest, memberId: string): ConsumerMember {
  return request.instanceId === null
    ? dynamicMember(group, request, memberId)
    : staticMember(group, request, memberId, request.instanceId);
}

function dynamicMember(group: ConsumerGroup, request: ConsumerHeartbeatRequest, memberId: string): ConsumerMember {
  const known = group.members.get(memberId);
  if (known === undefined) {
    if (request.memberEpoch === JOIN_EPOCH) return new ConsumerMember(memberId);
    throw unknown(group, memberId);
  }
  checkEpoch(known, request);
  return known;
}

function staticMember(
  group: ConsumerGroup,
  request: ConsumerHeartbeatRequest,
  memberId: string,
  instanceId: string,
): ConsumerMember {
  const known = group.staticMember(instanceId);
  if (request.memberEpoch !== JOIN_EPOCH) {
    const member = identifiedStaticMember(group, instanceId, memberId);
    checkEpoch(member, request);
    return member;
  }
  if (known === undefined) return group.members.get(memberId) ?? new ConsumerMember(memberId);
  // A classic one is migrated by the restart of its application: its successor need not wait for it.
  if (known.epoch !== AWAY_EPOCH && known.classic === undefined) {
    throw new ConsumerGroupError(
      ErrorCode.UNRELEASED_INSTANCE_ID,
      `Instance id ${instanceId} is used by member ${known.memberId}, which has not left; ${memberId} cannot have it.`,
    );
  }
  return comeBack(group, known, memberId);
}

/** Who comes back takes over everything, so that the others need not notice (KIP-345). */
export function comeBack(group: ConsumerGroup, away: ConsumerMember, memberId: string): ConsumerMember {
  const { assigned, pendingRevocation, target } = away;
  const back = Object.assign(new ConsumerMember(memberId), {
    instanceId: away.instanceId,
    rackId: away.rackId,
    clientId: away.clientId,
    clientHost: away.clientHost,
    rebalanceTimeoutMs: away.rebalanceTimeoutMs,
    serverAssignor: away.serverAssignor,
    subscribedNames: away.subscribedNames,
    subscribedPattern: away.subscribedPattern,
    previousEpoch: 0,
    state: away.state,
  });
  group.remove(away);
  Object.assign(back, { assigned, pendingRevocation, target });
  group.add(back);
  return back;
}

/** @throws ConsumerGroupError if the instance id is unknown, or another member's by now */
export function identifiedStaticMember(group: ConsumerGroup, instanceId: string, memberId: string): ConsumerMember {
  const member = group.staticMember(instanceId);
  if (member === undefined) {
    throw new ConsumerGroupError(ErrorCode.UNKNOWN_MEMBER_ID, `Group ${group.id} has no instance id ${instanceId}.`);
  }
  if (member.memberId !== memberId) {
    throw new ConsumerGroupError(
      ErrorCode.FENCED_INSTANCE_ID,
      `Instance id ${instanceId} belongs to member ${member.memberId} by now, not to ${memberId}.`,
    );
  }
  return member;
}

export function unknown(group: ConsumerGroup, memberId: string): ConsumerGroupError {
  return new ConsumerGroupError(ErrorCode.UNKNOWN_MEMBER_ID, `Member ${memberId} is not in group ${group.id}.`);
}

/** The epoch before is accepted from a member that owns nothing new: it has missed an answer. */
function checkEpoch(member: ConsumerMember, { memberEpoch, topicPartitions }: ConsumerHeartbeatRequest): void {
  if (memberEpoch === member.epoch) return;
  const hasMissedAnAnswer =
    memberEpoch < member.epoch &&
    memberEpoch === member.previousEpoch &&
    topicPartitions !== null &&
    includesAll(member.assigned, topicPartitions);
  if (hasMissedAnAnswer) return;
  throw new ConsumerGroupError(
    ErrorCode.FENCED_MEMBER_EPOCH,
    `Member ${member.memberId} has epoch ${member.epoch}, not ${memberEpoch}. It must give up its partitions and join again.`,
  );
}
