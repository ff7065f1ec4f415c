import type { Clock, Timer } from '../../clock.js';
import { ErrorCode } from '../../protocol/errors.js';
import { MalformedMessageError } from '../../protocol/malformed-message-error.js';
import { ownCopies } from '../group-member.js';
import {
  joinError,
  syncError,
  type GroupClient,
  type HeartbeatRequest,
  type JoinCapabilities,
  type JoinRequest,
  type JoinResponse,
  type SyncRequest,
  type SyncResponse,
} from '../group-messages.js';
import { anySupportedByAll } from '../protocol-selection.js';
import { newClassicSide, type ClassicSide } from './classic-side.js';
import { ConsumerGroupError } from './consumer-group-error.js';
import type { ConsumerGroup } from './consumer-group.js';
import { ConsumerMember } from './consumer-member.js';
import { newMemberId, type ConsumerProtocol } from './consumer-protocol.js';
import {
  readSubscription,
  toPartitionMap,
  writeAssignment,
  type EmbeddedSubscription,
} from './embedded-consumer-protocol.js';
import { comeBack, identifiedStaticMember, unknown } from './membership.js';
import { hasPartition, partitionsOf, toTopicPartitions } from './partition-map.js';
import type { TopicDirectory } from './topic-directory.js';

const CONSUMER = 'consumer';

export interface ClassicMembersInit {
  readonly clock: Clock;
  readonly directory: TopicDirectory;
  readonly protocol: ConsumerProtocol;
}

/** A member that speaks the classic protocol. */
interface ClassicMember {
  readonly member: ConsumerMember;
  readonly classic: ClassicSide;
}

/**
 * What members of consumer groups do that speak the classic protocol, while a group is migrated online (KIP-848): their
 * generation is their epoch, their JoinGroup is the heartbeat that reconciles them, and the broker assigns.
 *
 * A member is told REBALANCE_IN_PROGRESS when its epoch is behind the group's, when it has to give up partitions, or when those
 * that it waits for are free. It has its rebalance timeout to join, and to sync after that.
 */
export class ClassicMembers {
  readonly #init: ClassicMembersInit;

  constructor(init: ClassicMembersInit) {
    this.#init = init;
  }

  /** Nobody waits for anybody here: the answer is known at once. */
  join(group: ConsumerGroup, request: JoinRequest, client: GroupClient, capabilities: JoinCapabilities): JoinResponse {
    const isNew = request.memberId === '';
    const memberId = isNew ? newMemberId() : request.memberId;
    try {
      this.#init.protocol.checkRoom(group, memberId);
      if (request.protocolType !== CONSUMER || !anySupportedByAll(request.protocols, classicSides(group))) {
        throw new ConsumerGroupError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, `Member ${memberId} has other protocols.`);
      }
      if (isNew && request.groupInstanceId === null && capabilities.memberIdRequired) {
        return joinError(ErrorCode.MEMBER_ID_REQUIRED, memberId);
      }
      return this.#join(group, request, client, memberId);
    } catch (error) {
      if (error instanceof ConsumerGroupError) return joinError(error.errorCode, '');
      // What a subscription cannot be makes Apache Kafka fail just so.
      if (error instanceof MalformedMessageError) return joinError(ErrorCode.UNKNOWN_SERVER_ERROR, '');
      throw error;
    }
  }

  sync(group: ConsumerGroup, request: SyncRequest): SyncResponse {
    try {
      const { member, classic } = classicMemberOf(group, request.memberId, request.groupInstanceId);
      const [{ name, metadata }] = classic.protocols as [{ name: string; metadata: Buffer }];
      if (request.generationId !== member.epoch) return syncError(ErrorCode.ILLEGAL_GENERATION);
      const isConsistent =
        (request.protocolType === null || request.protocolType === CONSUMER) &&
        (request.protocolName === null || request.protocolName === name);
      if (!isConsistent) return syncError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
      // Who has to give up partitions has to learn first which.
      if (group.epoch > member.epoch && member.state !== 'unrevoked') {
        this.#expectJoin(group, member, classic);
        return syncError(ErrorCode.REBALANCE_IN_PROGRESS);
      }
      classic.syncTimer?.clear();
      classic.syncTimer = undefined;
      this.#init.protocol.keepAlive(group, member);
      return {
        errorCode: ErrorCode.NONE,
        protocolType: request.protocolType,
        protocolName: request.protocolName,
        assignment: writeAssignment(member.assigned, this.#init.directory, readSubscription(metadata).version),
      };
    } catch (error) {
      if (error instanceof ConsumerGroupError) return syncError(error.errorCode);
      throw error;
    }
  }

  /** @returns an error code */
  heartbeat(group: ConsumerGroup, request: HeartbeatRequest): number {
    try {
      const { member, classic } = classicMemberOf(group, request.memberId, request.groupInstanceId);
      if (request.generationId !== member.epoch) return ErrorCode.ILLEGAL_GENERATION;
      this.#init.protocol.keepAlive(group, member);
      if (!mustJoinAgain(group, member)) return ErrorCode.NONE;
      this.#expectJoin(group, member, classic);
      return ErrorCode.REBALANCE_IN_PROGRESS;
    } catch (error) {
      if (error instanceof ConsumerGroupError) return error.errorCode;
      throw error;
    }
  }

  #join(group: ConsumerGroup, request: JoinRequest, client: GroupClient, memberId: string): JoinResponse {
    const { directory, protocol } = this.#init;
    const [first] = request.protocols;
    if (first === undefined) throw new MalformedMessageError('a member joins without a protocol');
    const subscription = readSubscription(first.metadata);
    const former = request.groupInstanceId === null ? undefined : group.staticMember(request.groupInstanceId)?.memberId;
    const member = joiningMember(group, request, memberId);
    const isKnown = group.members.has(memberId);
    const hasChanged = takeOver(member, request, client, subscription);
    if (!isKnown) group.add(member);
    protocol.refreshTargets(group, hasChanged || group.epoch === 0, `member ${memberId} joins (classic)`);
    protocol.reconcile(group, member, toTopicPartitions(toPartitionMap(subscription.ownedPartitions, directory)));
    const answer = {
      ...joinError(ErrorCode.NONE, memberId),
      generationId: member.epoch,
      protocolType: CONSUMER,
      protocolName: first.name,
    };
    protocol.keepAlive(group, member);
    const { classic } = member;
    if (classic !== undefined) {
      classic.syncTimer = this.#removeAfter(group, member, request.rebalanceTimeoutMs, 'did not sync in time');
    }
    // It may have taken the place of the last member of the other protocol.
    if (former !== undefined && former !== memberId) protocol.downgradeIfPossible(group, hasChanged);
    return answer;
  }

  #expectJoin(group: ConsumerGroup, member: ConsumerMember, classic: ClassicSide): void {
    classic.joinTimer ??= this.#removeAfter(group, member, member.rebalanceTimeoutMs, 'did not join again in time');
  }

  #removeAfter(group: ConsumerGroup, member: ConsumerMember, ms: number, reason: string): Timer {
    return this.#init.clock.setTimeout(() => this.#init.protocol.remove(group, [member], reason), Math.max(ms, 0));
  }
}

function* classicSides(group: ConsumerGroup): Generator<ClassicSide> {
  for (const { classic } of group.members.values()) if (classic !== undefined) yield classic;
}

/** @throws ConsumerGroupError */
function joiningMember(group: ConsumerGroup, request: JoinRequest, memberId: string): ConsumerMember {
  const { groupInstanceId } = request;
  const known = group.members.get(memberId);
  if (groupInstanceId === null) return known ?? new ConsumerMember(memberId);
  if (request.memberId !== '') return identifiedStaticMember(group, groupInstanceId, memberId);
  const former = group.staticMember(groupInstanceId);
  return former === undefined ? new ConsumerMember(memberId) : comeBack(group, former, memberId);
}

/** @returns whether what it reads is another than before */
function takeOver(
  member: ConsumerMember,
  request: JoinRequest,
  { clientId, clientHost }: GroupClient,
  { topics, rackId }: EmbeddedSubscription,
): boolean {
  const names = [...new Set(topics)];
  const before = new Set(member.subscribedNames);
  const hasChanged = names.length !== before.size || names.some(name => !before.has(name));
  member.clearTimers();
  member.instanceId = request.groupInstanceId ?? member.instanceId;
  member.rackId = rackId ?? member.rackId;
  member.rebalanceTimeoutMs = request.rebalanceTimeoutMs;
  member.subscribedNames = names;
  member.clientId = clientId;
  member.clientHost = clientHost;
  member.classic = newClassicSide(request.sessionTimeoutMs, ownCopies(request.protocols));
  return hasChanged;
}

/** @throws ConsumerGroupError */
function classicMemberOf(group: ConsumerGroup, memberId: string, instanceId: string | null): ClassicMember {
  const member =
    instanceId === null ? group.members.get(memberId) : identifiedStaticMember(group, instanceId, memberId);
  if (member?.classic === undefined) throw unknown(group, memberId);
  return { member, classic: member.classic };
}

function mustJoinAgain(group: ConsumerGroup, member: ConsumerMember): boolean {
  if (member.epoch < group.epoch || member.state === 'unrevoked') return true;
  return member.state === 'unreleased' && !waitsForOthers(group, member);
}

function waitsForOthers(group: ConsumerGroup, { target, assigned }: ConsumerMember): boolean {
  for (const [topicId, partition] of partitionsOf(target)) {
    if (!hasPartition(assigned, topicId, partition) && group.isHeld(topicId, partition)) return true;
  }
  return false;
}
