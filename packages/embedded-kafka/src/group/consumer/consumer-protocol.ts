import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.js';
import type { Logger } from '../../logger.js';
import { ErrorCode } from '../../protocol/errors.js';
import { DeadlineTimer } from '../deadline-timer.js';
import type { LeavingMember, LeftMember } from '../group-messages.js';
import type { GroupCoordinatorOptions, GroupTimes } from '../group-options.js';
import { clearClassicTimers } from './classic-side.js';
import { ConsumerGroupError } from './consumer-group-error.js';
import type { ConsumerGroup } from './consumer-group.js';
import { AWAY_EPOCH, type ConsumerMember } from './consumer-member.js';
import type { ConsumerHeartbeatRequest, ConsumerHeartbeatResponse } from './heartbeat-messages.js';
import { JOIN_EPOCH, readPattern } from './heartbeat-validation.js';
import { identifiedStaticMember, memberOf, unknown } from './membership.js';
import { NO_PARTITIONS, samePartitions, toTopicPartitions, type TopicPartitions } from './partition-map.js';
import { rangeAssignor } from './range-assignor.js';
import { reconcile } from './reconciliation.js';
import type { TopicDirectory } from './topic-directory.js';
import { uniformAssignor } from './uniform-assignor.js';

/** `group.consumer.assignors`, the default one first. */
export const assignors = [uniformAssignor, rangeAssignor] as const;
export const assignorNames = assignors.map(({ name }) => name);

/** Who sends a heartbeat. */
export interface HeartbeatClient {
  readonly clientId: string;
  readonly clientHost: string;
}

export interface ConsumerProtocolInit {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly options: GroupCoordinatorOptions;
  /** What a group has of its own. */
  readonly configsOf: (groupId: string) => GroupTimes;
  readonly directory: TopicDirectory;
  /** Is told when the group's epoch was raised. */
  readonly onRebalance?: (group: ConsumerGroup) => void;
  /**
   * Is told when all members that are left speak the classic protocol.
   * @returns whether the group has become a classic one, and is not to be used any more
   */
  readonly onClassicOnly?: (group: ConsumerGroup, mustRebalance: boolean) => boolean;
}

/** What members of consumer groups do by their heartbeats (KIP-848): join, take over and give up partitions, leave. */
export class ConsumerProtocol {
  readonly #init: ConsumerProtocolInit;

  constructor(init: ConsumerProtocolInit) {
    this.#init = init;
  }

  /**
   * One heartbeat of a member that stays.
   * @throws ConsumerGroupError that the client gets; nothing has changed then
   */
  heartbeat(
    group: ConsumerGroup,
    request: ConsumerHeartbeatRequest,
    client: HeartbeatClient,
  ): ConsumerHeartbeatResponse {
    const { options, configsOf } = this.#init;
    this.checkRoom(group, request.memberId);
    const pattern = request.subscribedTopicRegex === null ? undefined : readPattern(request.subscribedTopicRegex);
    const member = memberOf(group, request, request.memberId === '' ? newMemberId() : request.memberId);
    const before = member.assigned;
    const isNew = !group.members.has(member.memberId);
    const hasChanged = this.#update(member, request, client, pattern);
    if (isNew) group.add(member);
    this.refreshTargets(group, hasChanged || group.epoch === 0, isNew ? `member ${member.memberId} joins` : undefined);
    this.reconcile(group, member, request.topicPartitions);
    this.keepAlive(group, member);
    const isFullRequest =
      request.rebalanceTimeoutMs !== -1 &&
      (request.subscribedTopicNames ?? request.subscribedTopicRegex) !== null &&
      request.topicPartitions !== null;
    const tellsAssignment =
      request.memberEpoch === JOIN_EPOCH || isFullRequest || !samePartitions(before, member.assigned);
    return {
      errorCode: ErrorCode.NONE,
      errorMessage: null,
      memberId: member.memberId,
      memberEpoch: member.epoch,
      heartbeatIntervalMs: configsOf(group.id).heartbeatIntervalMs ?? options.consumerHeartbeatIntervalMs,
      assignment: tellsAssignment ? { topicPartitions: toTopicPartitions(member.assigned) } : null,
    };
  }

  /**
   * A member leaves; a static one may say that it will be back, and keeps its partitions until its session ends.
   * @throws ConsumerGroupError that the client gets
   */
  leave(
    group: ConsumerGroup,
    { memberId, memberEpoch, instanceId }: ConsumerHeartbeatRequest,
  ): ConsumerHeartbeatResponse {
    const member =
      instanceId === null ? group.members.get(memberId) : identifiedStaticMember(group, instanceId, memberId);
    if (member === undefined) throw unknown(group, memberId);
    if (memberEpoch === AWAY_EPOCH) {
      group.rehold(member, () => {
        member.epoch = AWAY_EPOCH;
        member.pendingRevocation = NO_PARTITIONS;
      });
      member.rebalanceTimer?.clear();
      member.rebalanceTimer = undefined;
    } else {
      this.remove(group, [member], 'leaves');
    }
    return {
      errorCode: ErrorCode.NONE,
      errorMessage: null,
      memberId,
      memberEpoch,
      heartbeatIntervalMs: 0,
      assignment: null,
    };
  }

  /** LeaveGroup, by which administrators remove members of either protocol (KIP-345, KIP-848). */
  removeAll(group: ConsumerGroup, leaving: readonly LeavingMember[]): LeftMember[] {
    const removed = new Set<ConsumerMember>();
    const left = leaving.map(({ memberId, groupInstanceId }) => {
      const member = groupInstanceId === null ? group.members.get(memberId) : group.staticMember(groupInstanceId);
      let errorCode: number = ErrorCode.NONE;
      if (member === undefined) errorCode = ErrorCode.UNKNOWN_MEMBER_ID;
      // An administrator knows the instance id only.
      else if (memberId !== '' && memberId !== member.memberId) errorCode = ErrorCode.FENCED_INSTANCE_ID;
      else removed.add(member);
      return { memberId, groupInstanceId, errorCode };
    });
    const [reason = 'no reason given'] = leaving.flatMap(each => each.reason ?? []);
    if (removed.size > 0) this.remove(group, [...removed], `is removed (${reason})`);
    return left;
  }

  /** Takes members out; what they had is for the others from their next heartbeats on, of whichever protocol. */
  remove(group: ConsumerGroup, members: readonly ConsumerMember[], reason: string): void {
    for (const member of members) group.remove(member);
    if (this.downgradeIfPossible(group, true)) return;
    group.epoch++;
    group.topicsSeen = group.topicsNow(this.#init.directory);
    this.#tell(group, `member ${members.map(({ memberId }) => memberId).join(', ')} ${reason}`);
  }

  /** Lets a group be a classic one when nobody is left who speaks the consumer protocol. @returns whether it is one */
  downgradeIfPossible(group: ConsumerGroup, mustRebalance: boolean): boolean {
    if (!group.isClassicOnly) return false;
    return this.#init.onClassicOnly?.(group, mustRebalance) === true;
  }

  /** @throws ConsumerGroupError GROUP_MAX_SIZE_REACHED if one more member would be too many */
  checkRoom(group: ConsumerGroup, memberId: string): void {
    const { maxGroupSize } = this.#init.options;
    if (group.members.size < maxGroupSize || group.members.has(memberId)) return;
    throw new ConsumerGroupError(
      ErrorCode.GROUP_MAX_SIZE_REACHED,
      `Group ${group.id} has ${group.members.size} members, which is the most it may have.`,
    );
  }

  /** Counts a member's session from now on. */
  keepAlive(group: ConsumerGroup, member: ConsumerMember): void {
    member.session ??= new DeadlineTimer(this.#init.clock, () => this.#expire(group, member));
    member.session.reset(this.#sessionTimeoutOf(group, member));
  }

  /** A coordinator that takes a group over gives its members a whole session, and a whole rebalance timeout. */
  handOver(group: ConsumerGroup): void {
    for (const member of group.members.values()) {
      member.session?.reset(this.#sessionTimeoutOf(group, member));
      if (member.rebalanceTimer === undefined) continue;
      member.rebalanceTimer.clear();
      member.rebalanceTimer = this.#armRebalanceTimer(group, member);
    }
  }

  /** @returns whether what it reads is another than before */
  #update(
    member: ConsumerMember,
    request: ConsumerHeartbeatRequest,
    { clientId, clientHost }: HeartbeatClient,
    pattern: ConsumerMember['subscribedPattern'],
  ): boolean {
    const names = request.subscribedTopicNames === null ? undefined : [...new Set(request.subscribedTopicNames)];
    const hasChanged =
      (names !== undefined && !sameNames(names, member.subscribedNames)) ||
      (pattern !== undefined && pattern.source !== (member.subscribedPattern?.source ?? ''));
    member.instanceId = request.instanceId ?? member.instanceId;
    member.rackId = request.rackId ?? member.rackId;
    if (request.rebalanceTimeoutMs !== -1) member.rebalanceTimeoutMs = request.rebalanceTimeoutMs;
    member.serverAssignor = request.serverAssignor ?? member.serverAssignor;
    member.subscribedNames = names ?? member.subscribedNames;
    member.subscribedPattern = pattern ?? member.subscribedPattern;
    member.clientId = clientId;
    member.clientHost = clientHost;
    clearClassicTimers(member.classic);
    member.classic = undefined;
    return hasChanged;
  }

  #sessionTimeoutOf({ id }: ConsumerGroup, { classic }: ConsumerMember): number {
    const { configsOf, options } = this.#init;
    return classic?.sessionTimeoutMs ?? configsOf(id).sessionTimeoutMs ?? options.consumerSessionTimeoutMs;
  }

  /** Raises the group's epoch if something has changed, and then decides anew who is to read what. */
  refreshTargets(group: ConsumerGroup, hasChanged: boolean, reason: string | undefined): void {
    const { directory } = this.#init;
    if (hasChanged || group.revisionSeen !== directory.revision) {
      const topics = group.topicsNow(directory);
      if (hasChanged || topics !== group.topicsSeen) {
        group.epoch++;
        this.#tell(group, reason ?? (hasChanged ? 'a subscription has changed' : 'topics have changed'));
      }
      group.topicsSeen = topics;
      group.revisionSeen = directory.revision;
    }
    if (group.epoch > group.assignmentEpoch) this.#assign(group);
  }

  #assign(group: ConsumerGroup): void {
    const { directory } = this.#init;
    const name = group.preferredAssignor;
    const assignor = assignors.find(each => each.name === name) ?? uniformAssignor;
    const members = Array.from(group.members.values(), member => ({
      memberId: member.memberId,
      instanceId: member.instanceId,
      topicIds: group.subscribedTopicIds(member, directory),
      target: member.target,
    }));
    const targets = assignor.assign(members, topicId => directory.topicById(topicId)?.partitions.length ?? 0);
    for (const member of group.members.values()) member.target = targets.get(member.memberId) ?? NO_PARTITIONS;
    group.assignmentEpoch = group.epoch;
  }

  /** Brings a member nearer to its target. `owned`: what it says that it owns; null if it does not say. */
  reconcile(group: ConsumerGroup, member: ConsumerMember, owned: readonly TopicPartitions[] | null): void {
    if (member.isReconciledTo(group.assignmentEpoch)) return;
    const { state, epoch } = member;
    const revoking = member.pendingRevocation;
    group.rehold(member, () =>
      reconcile(member, {
        targetEpoch: group.assignmentEpoch,
        isHeld: (topicId, partition) => group.isHeld(topicId, partition),
        owned,
      }),
    );
    const isAsBefore = member.state === state && member.epoch === epoch && member.pendingRevocation === revoking;
    // A member that still owns what it must give up has not bought itself more time.
    if (isAsBefore && member.state === 'unrevoked') return;
    // A classic one has its time to join and to sync instead.
    if (member.classic !== undefined) return;
    member.rebalanceTimer?.clear();
    member.rebalanceTimer = member.state === 'unrevoked' ? this.#armRebalanceTimer(group, member) : undefined;
  }

  #armRebalanceTimer(group: ConsumerGroup, member: ConsumerMember): ConsumerMember['rebalanceTimer'] {
    const { clock, logger } = this.#init;
    const { rebalanceTimeoutMs, memberId } = member;
    return clock.setTimeout(() => {
      logger.warn(`Group ${group.id}: member ${memberId} gave up nothing within its ${rebalanceTimeoutMs} ms`);
      this.remove(group, [member], 'exceeds its rebalance timeout');
    }, rebalanceTimeoutMs);
  }

  #expire(group: ConsumerGroup, member: ConsumerMember): void {
    const { logger } = this.#init;
    logger.warn(
      `Group ${group.id}: no heartbeat of member ${member.memberId} in ${this.#sessionTimeoutOf(group, member)} ms`,
    );
    this.remove(group, [member], 'is not heard of any more');
  }

  #tell(group: ConsumerGroup, reason: string): void {
    this.#init.logger.info(`Group ${group.id} is at epoch ${group.epoch}: ${reason}`);
    this.#init.onRebalance?.(group);
  }
}

/** A random uuid in the protocol's text form. */
export function newMemberId(): string {
  return randomBytes(16).toString('base64url');
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && new Set(one).isSubsetOf(new Set(other));
}
