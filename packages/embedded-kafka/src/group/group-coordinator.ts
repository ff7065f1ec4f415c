import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import { ErrorCode } from '../protocol/errors.js';
import { ClassicGroup } from './classic-group.js';
import {
  validateConsumerCommit,
  validateConsumerFetch,
  validateConsumerTransactionalCommit,
} from './consumer/consumer-commits.js';
import {
  describeConsumerGroup,
  listConsumerGroup,
  type ConsumerGroupDescription,
} from './consumer/consumer-group-description.js';
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
  type CommitIdentity,
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
import { resolveGroupOptions, type GroupCoordinatorOptions } from './group-options.js';
import { join, type JoinAnswer } from './joining.js';
import { leave } from './leaving.js';
import { validateCommit, validateTransactionalCommit } from './offset-commits.js';
import { OffsetExpiry } from './offset-expiry.js';
import type { KeptOffset, OffsetJournal } from './offset-journal.js';
import { OffsetStore, type CommittedOffset } from './offset-store.js';
import { Rebalancer } from './rebalancer.js';
import { sync, type SyncAnswer } from './syncing.js';

export interface GroupCoordinatorInit {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where a group's offsets are kept beyond the process; default: nowhere. */
  readonly journalOf?: (groupId: string) => OffsetJournal | undefined;
  /** See {@link GroupCoordinatorOptions} for the defaults. */
  readonly options?: Partial<GroupCoordinatorOptions>;
  /** The topics that consumer groups are assigned partitions of. Default: none. */
  readonly directory?: TopicDirectory;
  /** Default: nobody. */
  readonly observer?: GroupObserver;
}

/** A group of either protocol; which one can change while it has no members. */
type Group = ClassicGroup | ConsumerGroup;

/**
 * Kafka's group coordinator for both protocols (classic, and KIP-848's): members, generations, assignments and committed
 * offsets.
 *
 * Answers are values wherever they are known at once, and promises only where a request is parked. A parked request
 * is answered when its group goes on, and settles with `null` when its connection closes; `close` answers all of them.
 * Every state change is synchronous. All that it keeps is bounded by its options.
 */
export class GroupCoordinator {
  readonly #groups = new Map<string, Group>();
  /** The groups that an open transaction has offsets for, by its producer. */
  readonly #inTransaction = new Map<bigint, Set<Group>>();
  readonly #rebalancer: Rebalancer;
  readonly #consumers: ConsumerProtocol;
  readonly #directory: TopicDirectory;
  readonly #expiry: OffsetExpiry;
  readonly #observer: GroupObserver | undefined;
  readonly #clock: Clock;
  readonly #options: GroupCoordinatorOptions;
  readonly #logger: Logger;
  readonly #journalOf: (groupId: string) => OffsetJournal | undefined;
  #isClosed = false;

  /** @throws TypeError if an option is unknown or out of range */
  constructor(init: GroupCoordinatorInit) {
    this.#options = resolveGroupOptions(init.options);
    this.#logger = init.logger;
    this.#journalOf = init.journalOf ?? (() => undefined);
    this.#rebalancer = new Rebalancer(init.clock, init.logger, this.#options, init.observer);
    this.#directory = init.directory ?? emptyDirectory;
    const { clock, logger } = init;
    this.#clock = clock;
    this.#observer = init.observer;
    this.#expiry = new OffsetExpiry({
      clock,
      retentionMs: this.#options.offsetsRetentionMs,
      checkIntervalMs: this.#options.offsetsRetentionCheckIntervalMs,
      groups: () => this.#groups.values(),
      onUnused: group => this.#remove(group),
    });
    this.#consumers = new ConsumerProtocol({
      clock,
      logger,
      options: this.#options,
      directory: this.#directory,
      onRebalance: ({ id, epoch, members }) => this.#observer?.rebalanced?.(id, epoch, members.size),
    });
  }

  join(request: JoinRequest, client: GroupClient, capabilities: JoinCapabilities): JoinAnswer {
    const { groupId, memberId } = request;
    const { minSessionTimeoutMs, maxSessionTimeoutMs } = this.#options;
    if (this.#isClosed) return joinError(ErrorCode.COORDINATOR_NOT_AVAILABLE, memberId);
    if (groupId === '') return joinError(ErrorCode.INVALID_GROUP_ID, memberId);
    if (request.sessionTimeoutMs < minSessionTimeoutMs || request.sessionTimeoutMs > maxSessionTimeoutMs) {
      return joinError(ErrorCode.INVALID_SESSION_TIMEOUT, memberId);
    }
    if (this.#isTooLarge(groupId, bytesOf(request.protocols))) {
      return joinError(ErrorCode.UNKNOWN_SERVER_ERROR, memberId);
    }
    const known = this.#groups.get(groupId);
    // Kafka can have members of both protocols in a group while it is migrated; here a group changes while it is empty.
    if (known?.type === 'consumer' && !known.isEmpty) {
      return joinError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, memberId);
    }
    const group = this.#classic(groupId) ?? (memberId === '' ? this.#createClassic(groupId) : undefined);
    if (group === undefined) {
      return joinError(memberId === '' ? ErrorCode.GROUP_MAX_SIZE_REACHED : ErrorCode.UNKNOWN_MEMBER_ID, memberId);
    }
    return join({ group, request, client, capabilities, rebalancer: this.#rebalancer, options: this.#options });
  }

  sync(request: SyncRequest, client: GroupClient): SyncAnswer {
    const { groupId } = request;
    if (this.#isClosed) return syncError(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    if (groupId === '') return syncError(ErrorCode.INVALID_GROUP_ID);
    const group = this.#classic(groupId);
    if (group === undefined) return syncError(ErrorCode.UNKNOWN_MEMBER_ID);
    for (const { assignment } of request.assignments) {
      if (this.#isTooLarge(groupId, assignment.length)) return syncError(ErrorCode.UNKNOWN_SERVER_ERROR);
    }
    return sync(group, request, client, this.#rebalancer);
  }

  /** @returns an error code */
  heartbeat(request: HeartbeatRequest): number {
    if (this.#isClosed) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    if (request.groupId === '') return ErrorCode.INVALID_GROUP_ID;
    const group = this.#classic(request.groupId);
    if (group === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
    const errorCode = group.validateMember(request.memberId, request.groupInstanceId);
    if (errorCode !== ErrorCode.NONE) return errorCode;
    if (request.generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION;
    group.members.get(request.memberId)?.keepAlive();
    return group.state === 'PreparingRebalance' ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE;
  }

  leave(groupId: string, leaving: readonly LeavingMember[]): { errorCode: number; members: LeftMember[] } {
    if (this.#isClosed) return { errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE, members: [] };
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
    if (this.#isClosed) {
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
      if (known !== group) {
        if (known !== undefined) this.#remove(known);
        this.#groups.set(group.id, group);
      }
      return answer;
    } catch (error) {
      if (error instanceof ConsumerGroupError) return heartbeatError(error.errorCode, error.message);
      throw error;
    }
  }

  /** A group without members goes over to the consumer protocol, with its offsets; one with members does not. */
  #consumerGroup({ groupId, memberEpoch }: ConsumerHeartbeatRequest, known: Group | undefined): ConsumerGroup {
    if (known?.type === 'consumer') return known;
    if (memberEpoch === JOIN_EPOCH && known?.isEmpty !== false) {
      if (known === undefined && !this.#hasRoom(groupId)) {
        throw new ConsumerGroupError(ErrorCode.GROUP_MAX_SIZE_REACHED, 'This broker has as many groups as it keeps.');
      }
      return new ConsumerGroup(groupId, known?.offsets ?? this.#newOffsets(groupId));
    }
    throw new ConsumerGroupError(
      ErrorCode.GROUP_ID_NOT_FOUND,
      known === undefined
        ? `Consumer group ${groupId} not found.`
        : `Group ${groupId} is not a consumer group: it has members of the classic protocol.`,
    );
  }

  /**
   * Asks for leave to commit; on success the commits of this request follow, one call of {@link commit} each.
   * @param missingGroupError what a member of a group that does not exist gets
   * @param version of OffsetCommit; members of consumer groups need 9
   * @returns an error code
   */
  beginCommit(identity: CommitIdentity, missingGroupError: number, version = 9): number {
    if (this.#isClosed) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    let group = this.#groups.get(identity.groupId);
    if (group === undefined) {
      if (identity.generationId >= 0) return missingGroupError;
      group = this.#createClassic(identity.groupId);
      if (group === undefined) return ErrorCode.INVALID_COMMIT_OFFSET_SIZE;
    }
    if (group.type === 'consumer') return validateConsumerCommit(group, identity, version);
    const errorCode = validateCommit(group, identity);
    // A commit keeps the session, as a heartbeat does.
    if (errorCode === ErrorCode.NONE) group.members.get(identity.memberId)?.keepAlive();
    return errorCode;
  }

  /** @returns an error code */
  commit(groupId: string, topic: string, partition: number, committed: CommittedOffset): number {
    const offsets = this.#groups.get(groupId)?.offsets;
    if (offsets === undefined) return ErrorCode.GROUP_ID_NOT_FOUND;
    const isNew = offsets.get(topic, partition) === undefined;
    const errorCode = this.#checkOffset(groupId, offsets, committed, isNew);
    if (errorCode !== ErrorCode.NONE) return errorCode;
    offsets.set(topic, partition, committed, this.#clock.now());
    this.#observer?.committed?.(groupId, topic, partition, committed.offset);
    this.#expiry.watch();
    return errorCode;
  }

  /**
   * As {@link beginCommit}, for commits within a transaction; on success those follow, one call of
   * {@link commitInTransaction} each.
   * @returns an error code
   */
  beginTransactionalCommit(identity: CommitIdentity): number {
    if (this.#isClosed) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    const known = this.#groups.get(identity.groupId);
    if (known === undefined && identity.generationId >= 0) return ErrorCode.ILLEGAL_GENERATION;
    const group = known ?? this.#createClassic(identity.groupId);
    if (group === undefined) return ErrorCode.INVALID_COMMIT_OFFSET_SIZE;
    return group.type === 'consumer'
      ? validateConsumerTransactionalCommit(group, identity)
      : validateTransactionalCommit(group, identity);
  }

  /** The offset counts when the producer's transaction is committed. @returns an error code */
  commitInTransaction(
    groupId: string,
    producerId: bigint,
    topic: string,
    partition: number,
    committed: CommittedOffset,
  ): number {
    const group = this.#groups.get(groupId);
    if (group === undefined) return ErrorCode.GROUP_ID_NOT_FOUND;
    const errorCode = this.#checkOffset(groupId, group.offsets, committed, true);
    if (errorCode !== ErrorCode.NONE) return errorCode;
    group.offsets.setPending(producerId, topic, partition, committed, this.#clock.now());
    this.#expiry.watch();
    const groups = this.#inTransaction.get(producerId);
    if (groups === undefined) this.#inTransaction.set(producerId, new Set([group]));
    else groups.add(group);
    return ErrorCode.NONE;
  }

  /** Takes up the offsets of an earlier process again; their groups have no members. */
  restore(offsets: Iterable<KeptOffset>): void {
    for (const { groupId, topic, partition, commit, producerId } of offsets) {
      const { committed, committedAt } = commit;
      if (!this.#groups.has(groupId)) this.#createClassic(groupId);
      if (producerId === undefined) this.#groups.get(groupId)?.offsets.set(topic, partition, committed, committedAt);
      else this.commitInTransaction(groupId, producerId, topic, partition, committed);
      this.#expiry.watch();
    }
  }

  /** Offsets that were committed in the producer's transaction come into force, or are forgotten. */
  endTransaction(producerId: bigint, committed: boolean): void {
    const groups = this.#inTransaction.get(producerId) ?? [];
    this.#inTransaction.delete(producerId);
    for (const group of groups) {
      for (const { topic, partition, committed: position } of group.offsets.endTransaction(producerId, committed)) {
        this.#observer?.committed?.(group.id, topic, partition, position.offset);
      }
    }
  }

  /** The group's committed offsets, or undefined if there is no such group. */
  offsets(groupId: string): OffsetStore | undefined {
    return this.#groups.get(groupId)?.offsets;
  }

  /** @returns an error code: whether this member may fetch the group's offsets (KIP-848) */
  beginOffsetFetch(groupId: string, memberId: string | null, memberEpoch: number): number {
    const group = this.#groups.get(groupId);
    return group?.type === 'consumer' ? validateConsumerFetch(group, memberId, memberEpoch) : ErrorCode.NONE;
  }

  /** @returns an error code: whether offsets of this group may be deleted at all */
  beginOffsetDelete(groupId: string): number {
    if (this.#isClosed) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    if (groupId === '') return ErrorCode.INVALID_GROUP_ID;
    const group = this.#groups.get(groupId);
    if (group === undefined) return ErrorCode.GROUP_ID_NOT_FOUND;
    // Only the metadata of consumers tells which topics are in use.
    const isConsumer = group.type === 'consumer' || group.protocolType === 'consumer';
    return group.isEmpty || isConsumer ? ErrorCode.NONE : ErrorCode.NON_EMPTY_GROUP;
  }

  /** @returns an error code */
  deleteOffset(groupId: string, topic: string, partition: number): number {
    const group = this.#groups.get(groupId);
    if (group === undefined) return ErrorCode.GROUP_ID_NOT_FOUND;
    if (group.isSubscribedTo(topic)) return ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC;
    group.offsets.delete(topic, partition);
    return ErrorCode.NONE;
  }

  /** Forgets what all groups committed for a topic. To be called when the topic is deleted. */
  forgetTopic(topic: string): void {
    for (const group of this.#groups.values()) group.offsets.deleteTopic(topic);
  }

  /** Another node coordinates these groups from now on. */
  handOver(isMoved: (groupId: string) => boolean): void {
    for (const group of this.#groups.values()) {
      if (!isMoved(group.id)) continue;
      if (group.type === 'consumer') this.#consumers.handOver(group);
      else handOver(group, this.#rebalancer);
    }
  }

  /** @returns an error code */
  deleteGroup(groupId: string): number {
    if (this.#isClosed) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    const group = this.#groups.get(groupId);
    if (group === undefined) return ErrorCode.GROUP_ID_NOT_FOUND;
    if (!group.isEmpty) return ErrorCode.NON_EMPTY_GROUP;
    group.offsets.deleteAll();
    this.#remove(group);
    return ErrorCode.NONE;
  }

  /** The classic group of this id. */
  describe(groupId: string): GroupDescription | undefined {
    const group = this.#classic(groupId);
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
    return Array.from(this.#groups.values(), group =>
      group.type === 'consumer' ? listConsumerGroup(group) : listGroup(group),
    );
  }

  /** Answers everything that is parked with COORDINATOR_NOT_AVAILABLE and stops all timers. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#expiry.close();
    for (const group of this.#groups.values()) this.#remove(group);
  }

  #checkOffset(groupId: string, offsets: OffsetStore, { metadata }: CommittedOffset, isNew: boolean): number {
    const { maxOffsetMetadataSize, maxOffsetsPerGroup } = this.#options;
    if ((metadata?.length ?? 0) > maxOffsetMetadataSize) return ErrorCode.OFFSET_METADATA_TOO_LARGE;
    const count = offsets.size + offsets.pending.size;
    if (isNew && count >= maxOffsetsPerGroup) {
      this.#logger.warn(`Group ${groupId}: has ${count} committed offsets (maxOffsetsPerGroup), no more are kept`);
      return ErrorCode.INVALID_COMMIT_OFFSET_SIZE;
    }
    return ErrorCode.NONE;
  }

  #classic(groupId: string): ClassicGroup | undefined {
    const group = this.#groups.get(groupId);
    return group?.type === 'classic' ? group : undefined;
  }

  /** Takes over the offsets of a consumer group that is left without members. */
  #createClassic(groupId: string): ClassicGroup | undefined {
    const known = this.#groups.get(groupId);
    if (known === undefined && !this.#hasRoom(groupId)) return undefined;
    const offsets = known?.offsets ?? this.#newOffsets(groupId);
    const group = new ClassicGroup(groupId, () => this.#clock.now(), offsets);
    this.#groups.set(groupId, group);
    return group;
  }

  #newOffsets(groupId: string): OffsetStore {
    return new OffsetStore(this.#journalOf(groupId));
  }

  #hasRoom(groupId: string): boolean {
    if (this.#groups.size < this.#options.maxGroups || this.#evictUnusedGroup()) return true;
    this.#logger.warn(`Group ${groupId} is refused: there are ${this.#groups.size} groups (maxGroups); delete some`);
    return false;
  }

  // Kafka drops groups without members and offsets now and then; here that happens when their place is needed.
  #evictUnusedGroup(): boolean {
    for (const group of this.#groups.values()) {
      if (!group.isEmpty || group.offsets.size > 0) continue;
      if (group.type === 'classic' && group.pendingJoins.size > 0) continue;
      if (group.offsets.pending.size > 0) continue;
      this.#remove(group);
      return true;
    }
    return false;
  }

  #remove(group: Group): void {
    this.#groups.delete(group.id);
    group.die(ErrorCode.COORDINATOR_NOT_AVAILABLE);
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
