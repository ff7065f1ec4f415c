import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import { ErrorCode } from '../protocol/errors.js';
import {
  describeConsumerGroup,
  listConsumerGroup,
  type ConsumerGroupDescription,
} from './consumer/consumer-group-description.js';
import { ClassicMembers } from './consumer/classic-members.js';
import { ConsumerGroupError } from './consumer/consumer-group-error.js';
import { ConsumerGroup } from './consumer/consumer-group.js';
import { assignorNames, ConsumerProtocol, type HeartbeatClient } from './consumer/consumer-protocol.js';
import {
  heartbeatError,
  type ConsumerHeartbeatRequest,
  type ConsumerHeartbeatResponse,
} from './consumer/heartbeat-messages.js';
import { JOIN_EPOCH, validateHeartbeat } from './consumer/heartbeat-validation.js';
import { emptyDirectory, type TopicDirectory } from './consumer/topic-directory.js';
import { describeGroup, listGroup, type GroupDescription, type GroupListing } from './group-description.js';
import {
  joinError,
  syncError,
  type GroupClient,
  type GroupProtocol,
  type HeartbeatRequest,
  type JoinCapabilities,
  type JoinRequest,
  type LeavingMember,
  type LeftMember,
  type SyncRequest,
} from './group-messages.js';
import { handOver } from './hand-over.js';
import type { GroupObserver } from './group-observer.js';
import { GroupOffsets } from './group-offsets.js';
import { resolveGroupOptions, type GroupCoordinatorOptions, type GroupTimes } from './group-options.js';
import { GroupRegistry, type Group } from './group-registry.js';
import { join, type JoinAnswer } from './joining.js';
import { leave } from './leaving.js';
import type { OffsetJournal } from './offset-journal.js';
import { downgraded, sendOn, upgraded } from './migration.js';
import { Rebalancer } from './rebalancer.js';
import { sync, type SyncAnswer } from './syncing.js';

export interface GroupCoordinatorInit {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where a group's offsets are kept beyond the process; default: nowhere. */
  readonly journalOf?: (groupId: string) => OffsetJournal | undefined;
  /** Times that a group has of its own (KIP-848); default: none. */
  readonly configsOf?: (groupId: string) => GroupTimes;
  /** See {@link GroupCoordinatorOptions} for the defaults. */
  readonly options?: Partial<GroupCoordinatorOptions>;
  /** The topics that consumer groups are assigned partitions of. Default: none. */
  readonly directory?: TopicDirectory;
  /** Default: nobody. */
  readonly observer?: GroupObserver;
}

/**
 * Kafka's group coordinator for both protocols (classic, and KIP-848's): members, generations and assignments here,
 * committed offsets in `offsets`.
 *
 * Answers are values wherever they are known at once, and promises only where a request is parked. A parked request
 * is answered when its group goes on, and settles with `null` when its connection closes; `close` answers all of them.
 * Every state change is synchronous. All that it keeps is bounded by its options.
 */
export class GroupCoordinator {
  /** What the groups have committed. */
  readonly offsets: GroupOffsets;
  readonly #groups: GroupRegistry;
  readonly #rebalancer: Rebalancer;
  readonly #consumers: ConsumerProtocol;
  readonly #classicMembers: ClassicMembers;
  readonly #clock: Clock;
  readonly #directory: TopicDirectory;
  readonly #options: GroupCoordinatorOptions;
  readonly #logger: Logger;

  /** @throws TypeError if an option is unknown or out of range */
  constructor({ clock, logger, journalOf = () => undefined, observer, ...init }: GroupCoordinatorInit) {
    this.#options = resolveGroupOptions(init.options);
    this.#logger = logger;
    this.#directory = init.directory ?? emptyDirectory;
    this.#groups = new GroupRegistry({ clock, logger, maxGroups: this.#options.maxGroups, journalOf });
    this.offsets = new GroupOffsets({ clock, logger, options: this.#options, groups: this.#groups, observer });
    this.#rebalancer = new Rebalancer(clock, logger, this.#options, observer);
    this.#consumers = new ConsumerProtocol({
      clock,
      logger,
      options: this.#options,
      configsOf: init.configsOf ?? (() => ({})),
      directory: this.#directory,
      onRebalance: ({ id, epoch, members }) => observer?.rebalanced?.(id, epoch, members.size),
      onClassicOnly: (group, mustRebalance) => this.#downgrade(group, mustRebalance),
    });
    this.#classicMembers = new ClassicMembers({ clock, directory: this.#directory, protocol: this.#consumers });
    this.#clock = clock;
  }

  join(request: JoinRequest, client: GroupClient, capabilities: JoinCapabilities): JoinAnswer {
    const { groupId, memberId } = request;
    const { minSessionTimeoutMs, maxSessionTimeoutMs } = this.#options;
    if (this.#groups.isClosed) return joinError(ErrorCode.COORDINATOR_NOT_AVAILABLE, memberId);
    if (groupId === '') return joinError(ErrorCode.INVALID_GROUP_ID, memberId);
    if (request.sessionTimeoutMs < minSessionTimeoutMs || request.sessionTimeoutMs > maxSessionTimeoutMs) {
      return joinError(ErrorCode.INVALID_SESSION_TIMEOUT, memberId);
    }
    if (this.#isTooLarge(groupId, bytesOf(request.protocols))) {
      return joinError(ErrorCode.UNKNOWN_SERVER_ERROR, memberId);
    }
    const known = this.#groups.get(groupId);
    if (known?.type === 'consumer' && !known.isEmpty) {
      return this.#classicMembers.join(known, request, client, capabilities);
    }
    const group = this.#groups.classic(groupId) ?? (memberId === '' ? this.#groups.createClassic(groupId) : undefined);
    if (group === undefined) {
      return joinError(memberId === '' ? ErrorCode.GROUP_MAX_SIZE_REACHED : ErrorCode.UNKNOWN_MEMBER_ID, memberId);
    }
    return join({ group, request, client, capabilities, rebalancer: this.#rebalancer, options: this.#options });
  }

  sync(request: SyncRequest, client: GroupClient): SyncAnswer {
    const { groupId } = request;
    if (this.#groups.isClosed) return syncError(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    if (groupId === '') return syncError(ErrorCode.INVALID_GROUP_ID);
    const group = this.#groups.get(groupId);
    if (group === undefined) return syncError(ErrorCode.UNKNOWN_MEMBER_ID);
    if (group.type === 'consumer') return this.#classicMembers.sync(group, request);
    for (const { assignment } of request.assignments) {
      if (this.#isTooLarge(groupId, assignment.length)) return syncError(ErrorCode.UNKNOWN_SERVER_ERROR);
    }
    return sync(group, request, client, this.#rebalancer);
  }

  /** @returns an error code */
  heartbeat(request: HeartbeatRequest): number {
    if (this.#groups.isClosed) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    if (request.groupId === '') return ErrorCode.INVALID_GROUP_ID;
    const group = this.#groups.get(request.groupId);
    if (group === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
    if (group.type === 'consumer') return this.#classicMembers.heartbeat(group, request);
    const errorCode = group.validateMember(request.memberId, request.groupInstanceId);
    if (errorCode !== ErrorCode.NONE) return errorCode;
    if (request.generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION;
    group.members.get(request.memberId)?.keepAlive();
    return group.state === 'PreparingRebalance' ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE;
  }

  leave(groupId: string, leaving: readonly LeavingMember[]): { errorCode: number; members: LeftMember[] } {
    if (this.#groups.isClosed) return { errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE, members: [] };
    if (groupId === '') return { errorCode: ErrorCode.INVALID_GROUP_ID, members: [] };
    const group = this.#groups.get(groupId);
    if (group?.type === 'consumer') {
      return { errorCode: ErrorCode.NONE, members: this.#consumers.removeAll(group, leaving) };
    }
    if (group !== undefined) return { errorCode: ErrorCode.NONE, members: leave(group, leaving, this.#rebalancer) };
    const errorCode = ErrorCode.UNKNOWN_MEMBER_ID;
    return {
      errorCode: ErrorCode.NONE,
      members: leaving.map(({ memberId, groupInstanceId }) => ({ memberId, groupInstanceId, errorCode })),
    };
  }

  /** ConsumerGroupHeartbeat: join, stay or leave. `memberIdRequired`: version 1 and up. */
  consumerHeartbeat(
    request: ConsumerHeartbeatRequest,
    client: HeartbeatClient,
    memberIdRequired: boolean,
  ): ConsumerHeartbeatResponse {
    if (this.#groups.isClosed) {
      return heartbeatError(ErrorCode.COORDINATOR_NOT_AVAILABLE, 'The coordinator is being shut down.');
    }
    try {
      validateHeartbeat(request, memberIdRequired, assignorNames);
      if (this.#isTooLarge(request.groupId, bytesOfHeartbeat(request))) {
        return heartbeatError(ErrorCode.UNKNOWN_SERVER_ERROR, 'The member says more about itself than is kept.');
      }
      const known = this.#groups.get(request.groupId);
      const group = this.#consumerGroup(request, known);
      if (request.memberEpoch < JOIN_EPOCH) return this.#consumers.leave(group, request);
      const answer = this.#consumers.heartbeat(group, request, client);
      if (known !== group) this.#enter(group, known);
      return answer;
    } catch (error) {
      if (error instanceof ConsumerGroupError) return heartbeatError(error.errorCode, error.message);
      throw error;
    }
  }

  /** A new group, or one that goes over to the consumer protocol with its offsets and its members. */
  #enter(group: ConsumerGroup, known: Group | undefined): void {
    if (known?.type === 'classic') sendOn(known);
    this.#groups.enter(group);
    for (const member of group.members.values()) {
      if (member.classic !== undefined) this.#consumers.keepAlive(group, member);
    }
  }

  #downgrade(group: ConsumerGroup, mustRebalance: boolean): boolean {
    // Whoever is taken out of a group that is not there any more changes nothing.
    if (this.#groups.get(group.id) !== group) return false;
    const classic = downgraded(group, () => this.#clock.now(), this.#directory, this.#rebalancer);
    this.#groups.enter(classic);
    if (mustRebalance) this.#rebalancer.prepare(classic, 'the last member of the consumer protocol is gone');
    return true;
  }

  #consumerGroup({ groupId, memberEpoch }: ConsumerHeartbeatRequest, known: Group | undefined): ConsumerGroup {
    if (known?.type === 'consumer') return known;
    if (memberEpoch === JOIN_EPOCH && known?.isEmpty !== false) {
      if (known === undefined && !this.#groups.hasRoom(groupId)) {
        throw new ConsumerGroupError(ErrorCode.GROUP_MAX_SIZE_REACHED, 'This broker has as many groups as it keeps.');
      }
      return new ConsumerGroup(groupId, known?.offsets ?? this.#groups.newOffsets(groupId));
    }
    if (memberEpoch === JOIN_EPOCH && known !== undefined) return upgraded(known, this.#directory);
    throw new ConsumerGroupError(
      ErrorCode.GROUP_ID_NOT_FOUND,
      known === undefined
        ? `Consumer group ${groupId} not found.`
        : `Group ${groupId} is not a consumer group: it has members of the classic protocol.`,
    );
  }

  /** Another node coordinates these groups from now on. */
  handOver(isMoved: (groupId: string) => boolean): void {
    for (const group of this.#groups.all()) {
      if (!isMoved(group.id)) continue;
      if (group.type === 'consumer') this.#consumers.handOver(group);
      else handOver(group, this.#rebalancer);
    }
  }

  /** @returns an error code */
  deleteGroup(groupId: string): number {
    if (this.#groups.isClosed) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    const group = this.#groups.get(groupId);
    if (group === undefined) return ErrorCode.GROUP_ID_NOT_FOUND;
    if (!group.isEmpty) return ErrorCode.NON_EMPTY_GROUP;
    group.offsets.deleteAll();
    this.#groups.remove(group);
    return ErrorCode.NONE;
  }

  /** The classic group of this id. */
  describe(groupId: string): GroupDescription | undefined {
    const group = this.#groups.classic(groupId);
    return group === undefined ? undefined : describeGroup(group);
  }

  /** The consumer group of this id. */
  describeConsumer(groupId: string): ConsumerGroupDescription | undefined {
    const group = this.#groups.get(groupId);
    return group?.type === 'consumer' ? describeConsumerGroup(group, this.#directory) : undefined;
  }

  has(groupId: string): boolean {
    return this.#groups.has(groupId);
  }

  list(): GroupListing[] {
    return Array.from(this.#groups.all(), group =>
      group.type === 'consumer' ? listConsumerGroup(group) : listGroup(group),
    );
  }

  /** Answers everything that is parked with COORDINATOR_NOT_AVAILABLE and stops all timers. Idempotent. */
  close(): void {
    this.offsets.close();
    this.#groups.close();
  }

  #isTooLarge(groupId: string, bytes: number): boolean {
    if (bytes <= this.#options.maxMemberStateBytes) return false;
    this.#logger.warn(`Group ${groupId}: ${bytes} bytes for one member, more than maxMemberStateBytes, are refused`);
    return true;
  }
}

function bytesOfHeartbeat({ subscribedTopicNames, ...request }: ConsumerHeartbeatRequest): number {
  const texts = [request.memberId, request.instanceId, request.rackId, request.subscribedTopicRegex];
  const names = [...texts, ...(subscribedTopicNames ?? [])];
  return names.reduce((bytes, name) => bytes + 8 + (name?.length ?? 0), 0);
}

function bytesOf(protocols: readonly GroupProtocol[]): number {
  return protocols.reduce((bytes, { name, metadata }) => bytes + name.length + metadata.length, 0);
}
