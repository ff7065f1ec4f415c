import { ErrorCode } from '../protocol/errors.js';
import type { ClassicGroup } from './classic-group.js';
import { joinError, syncError } from './group-messages.js';
import type { Rebalancer } from './rebalancer.js';

/**
 * Another node coordinates the group from now on: whoever waits for an answer is sent there, and sessions count anew, as
 * they do when Kafka's new coordinator has loaded the group. Members whose first join was not answered are forgotten:
 * Kafka has not written them down either.
 */
export function handOver(group: ClassicGroup, rebalancer: Rebalancer): void {
  for (const memberId of group.pendingJoins.keys()) group.forgetPendingJoin(memberId);
  for (const member of group.members.values()) {
    member.answerJoin(joinError(ErrorCode.NOT_COORDINATOR, member.memberId));
    member.answerSync(syncError(ErrorCode.NOT_COORDINATOR));
    if (member.isNew) group.remove(member.memberId);
    else member.keepAlive();
  }
  rebalancer.completeJoinIfAllJoined(group);
}
