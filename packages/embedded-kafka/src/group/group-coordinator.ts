import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import { ErrorCode } from '../protocol/errors.js';
import { ClassicGroup } from './classic-group.js';
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
import { resolveGroupOptions, type GroupCoordinatorOptions } from './group-options.js';
import { join, type JoinAnswer } from './joining.js';
import { leave } from './leaving.js';
import { validateCommit, validateTransactionalCommit } from './offset-commits.js';
import type { CommittedOffset, OffsetStore } from './offset-store.js';
import { Rebalancer } from './rebalancer.js';
import { sync, type SyncAnswer } from './syncing.js';

export interface GroupCoordinatorInit {
  readonly clock: Clock;
  readonly logger: Logger;
  /** See {@link GroupCoordinatorOptions} for the defaults. */
  readonly options?: Partial<GroupCoordinatorOptions>;
}

/**
 * Kafka's group coordinator for the classic protocol: members, generations, assignments and committed offsets.
 *
 * Answers are values wherever they are known at once, and promises only where a request is parked. A parked request
 * is answered when its group goes on, and settles with `null` when its connection closes; `close` answers all of them.
 * Every state change is synchronous. All that it keeps is bounded by its options.
 */
export class GroupCoordinator {
  readonly #groups = new Map<string, ClassicGroup>();
  /** The groups that an open transaction has offsets for, by its producer. */
  readonly #inTransaction = new Map<bigint, Set<ClassicGroup>>();
  readonly #rebalancer: Rebalancer;
  readonly #options: GroupCoordinatorOptions;
  readonly #logger: Logger;
  #isClosed = false;

  /** @throws TypeError if an option is unknown or out of range */
  constructor(init: GroupCoordinatorInit) {
    this.#options = resolveGroupOptions(init.options);
    this.#logger = init.logger;
    this.#rebalancer = new Rebalancer(init.clock, init.logger, this.#options);
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
    const group = this.#groups.get(groupId) ?? (memberId === '' ? this.#create(groupId) : undefined);
    if (group === undefined) {
      return joinError(memberId === '' ? ErrorCode.GROUP_MAX_SIZE_REACHED : ErrorCode.UNKNOWN_MEMBER_ID, memberId);
    }
    return join({ group, request, client, capabilities, rebalancer: this.#rebalancer, options: this.#options });
  }

  sync(request: SyncRequest, client: GroupClient): SyncAnswer {
    const { groupId } = request;
    if (this.#isClosed) return syncError(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    if (groupId === '') return syncError(ErrorCode.INVALID_GROUP_ID);
    const group = this.#groups.get(groupId);
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
    const group = this.#groups.get(request.groupId);
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
    if (group !== undefined) return { errorCode: ErrorCode.NONE, members: leave(group, leaving, this.#rebalancer) };
    const errorCode = ErrorCode.UNKNOWN_MEMBER_ID;
    return {
      errorCode: ErrorCode.NONE,
      members: leaving.map(({ memberId, groupInstanceId }) => ({ memberId, groupInstanceId, errorCode })),
    };
  }

  /**
   * Asks for leave to commit; on success the commits of this request follow, one call of {@link commit} each.
   * @param missingGroupError what a member of a group that does not exist gets
   * @returns an error code
   */
  beginCommit(identity: CommitIdentity, missingGroupError: number): number {
    if (this.#isClosed) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    let group = this.#groups.get(identity.groupId);
    if (group === undefined) {
      if (identity.generationId >= 0) return missingGroupError;
      group = this.#create(identity.groupId);
      if (group === undefined) return ErrorCode.INVALID_COMMIT_OFFSET_SIZE;
    }
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
    if (errorCode === ErrorCode.NONE) offsets.set(topic, partition, committed);
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
    const group = known ?? this.#create(identity.groupId);
    return group === undefined ? ErrorCode.INVALID_COMMIT_OFFSET_SIZE : validateTransactionalCommit(group, identity);
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
    group.offsets.setPending(producerId, topic, partition, committed);
    const groups = this.#inTransaction.get(producerId);
    if (groups === undefined) this.#inTransaction.set(producerId, new Set([group]));
    else groups.add(group);
    return ErrorCode.NONE;
  }

  /** Offsets that were committed in the producer's transaction come into force, or are forgotten. */
  endTransaction(producerId: bigint, committed: boolean): void {
    const groups = this.#inTransaction.get(producerId) ?? [];
    this.#inTransaction.delete(producerId);
    for (const group of groups) group.offsets.endTransaction(producerId, committed);
  }

  /** The group's committed offsets, or undefined if there is no such group. */
  offsets(groupId: string): OffsetStore | undefined {
    return this.#groups.get(groupId)?.offsets;
  }

  /** @returns an error code: whether offsets of this group may be deleted at all */
  beginOffsetDelete(groupId: string): number {
    if (this.#isClosed) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    if (groupId === '') return ErrorCode.INVALID_GROUP_ID;
    const group = this.#groups.get(groupId);
    if (group === undefined) return ErrorCode.GROUP_ID_NOT_FOUND;
    // Only the metadata of consumers tells which topics are in use.
    return group.state === 'Empty' || group.protocolType === 'consumer' ? ErrorCode.NONE : ErrorCode.NON_EMPTY_GROUP;
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
    for (const group of this.#groups.values()) if (isMoved(group.id)) handOver(group, this.#rebalancer);
  }

  /** @returns an error code */
  deleteGroup(groupId: string): number {
    if (this.#isClosed) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    const group = this.#groups.get(groupId);
    if (group === undefined) return ErrorCode.GROUP_ID_NOT_FOUND;
    if (group.state !== 'Empty') return ErrorCode.NON_EMPTY_GROUP;
    this.#remove(group);
    return ErrorCode.NONE;
  }

  describe(groupId: string): GroupDescription | undefined {
    const group = this.#groups.get(groupId);
    return group === undefined ? undefined : describeGroup(group);
  }

  list(): GroupListing[] {
    return Array.from(this.#groups.values(), listGroup);
  }

  /** Answers everything that is parked with COORDINATOR_NOT_AVAILABLE and stops all timers. Idempotent. */
  close(): void {
    this.#isClosed = true;
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

  #create(groupId: string): ClassicGroup | undefined {
    if (this.#groups.size >= this.#options.maxGroups && !this.#evictUnusedGroup()) {
      this.#logger.warn(`Group ${groupId} is refused: there are ${this.#groups.size} groups (maxGroups); delete some`);
      return undefined;
    }
    const group = new ClassicGroup(groupId);
    this.#groups.set(groupId, group);
    return group;
  }

  // Kafka drops groups without members and offsets now and then; here that happens when their place is needed.
  #evictUnusedGroup(): boolean {
    for (const group of this.#groups.values()) {
      if (group.state !== 'Empty' || group.offsets.size > 0 || group.pendingJoins.size > 0) continue;
      if (group.offsets.pending.size > 0) continue;
      this.#remove(group);
      return true;
    }
    return false;
  }

  #remove(group: ClassicGroup): void {
    this.#groups.delete(group.id);
    group.die(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  }

  #isTooLarge(groupId: string, bytes: number): boolean {
    if (bytes <= this.#options.maxMemberStateBytes) return false;
    this.#logger.warn(`Group ${groupId}: ${bytes} bytes for one member, more than maxMemberStateBytes, are refused`);
    return true;
  }
}

function bytesOf(protocols: readonly GroupProtocol[]): number {
  return protocols.reduce((bytes, { name, metadata }) => bytes + name.length + metadata.length, 0);
}
