import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import { ErrorCode } from '../protocol/errors.js';
import {
  validateConsumerCommit,
  validateConsumerFetch,
  validateConsumerTransactionalCommit,
} from './consumer/consumer-commits.js';
import type { CommitIdentity } from './group-messages.js';
import type { GroupObserver } from './group-observer.js';
import type { GroupCoordinatorOptions } from './group-options.js';
import type { Group, GroupRegistry } from './group-registry.js';
import { validateCommit, validateTransactionalCommit } from './offset-commits.js';
import { OffsetExpiry } from './offset-expiry.js';
import type { KeptOffset } from './offset-journal.js';
import type { CommittedOffset } from './committed-offset.js';
import type { OffsetStore } from './offset-store.js';

export interface GroupOffsetsInit {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly options: GroupCoordinatorOptions;
  readonly groups: GroupRegistry;
  /** Default: nobody. */
  readonly observer?: GroupObserver | undefined;
}

/**
 * The committed offsets of all groups: who may commit, fetch and delete them, within transactions and without.
 *
 * Invariants: a group has at most `maxOffsetsPerGroup` offsets, pending ones counted; a producer is known here only while its
 * transaction has offsets pending; what an open transaction committed is not told to the observer before its end.
 */
export class GroupOffsets {
  /** The groups that an open transaction has offsets for, by its producer. */
  readonly #inTransaction = new Map<bigint, Set<Group>>();
  readonly #groups: GroupRegistry;
  readonly #expiry: OffsetExpiry;
  readonly #observer: GroupObserver | undefined;
  readonly #clock: Clock;
  readonly #options: GroupCoordinatorOptions;
  readonly #logger: Logger;

  constructor({ clock, logger, options, groups, observer }: GroupOffsetsInit) {
    this.#clock = clock;
    this.#logger = logger;
    this.#options = options;
    this.#groups = groups;
    this.#observer = observer;
    this.#expiry = new OffsetExpiry({
      clock,
      retentionMs: options.offsetsRetentionMs,
      checkIntervalMs: options.offsetsRetentionCheckIntervalMs,
      groups: () => groups.all(),
      onUnused: group => groups.remove(group),
    });
  }

  /**
   * Asks for leave to commit; on success the commits of this request follow, one call of {@link commit} each.
   * @param missingGroupError what a member of a group that does not exist gets
   * @param version of OffsetCommit; members of consumer groups need 9
   * @returns an error code
   */
  beginCommit(identity: CommitIdentity, missingGroupError: number, version = 9): number {
    if (this.#groups.isClosed) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    let group = this.#groups.get(identity.groupId);
    if (group === undefined) {
      if (identity.generationId >= 0) return missingGroupError;
      group = this.#groups.createClassic(identity.groupId);
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
    if (this.#groups.isClosed) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    const known = this.#groups.get(identity.groupId);
    if (known === undefined && identity.generationId >= 0) return ErrorCode.ILLEGAL_GENERATION;
    const group = known ?? this.#groups.createClassic(identity.groupId);
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
      if (!this.#groups.has(groupId)) this.#groups.createClassic(groupId);
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
  of(groupId: string): OffsetStore | undefined {
    return this.#groups.get(groupId)?.offsets;
  }

  /** @returns an error code: whether this member may fetch the group's offsets (KIP-848) */
  beginFetch(groupId: string, memberId: string | null, memberEpoch: number): number {
    const group = this.#groups.get(groupId);
    return group?.type === 'consumer' ? validateConsumerFetch(group, memberId, memberEpoch) : ErrorCode.NONE;
  }

  /** @returns an error code: whether offsets of this group may be deleted at all */
  beginDelete(groupId: string): number {
    if (this.#groups.isClosed) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    if (groupId === '') return ErrorCode.INVALID_GROUP_ID;
    const group = this.#groups.get(groupId);
    if (group === undefined) return ErrorCode.GROUP_ID_NOT_FOUND;
    // Only the metadata of consumers tells which topics are in use.
    const isConsumer = group.type === 'consumer' || group.protocolType === 'consumer';
    return group.isEmpty || isConsumer ? ErrorCode.NONE : ErrorCode.NON_EMPTY_GROUP;
  }

  /** @returns an error code */
  delete(groupId: string, topic: string, partition: number): number {
    const group = this.#groups.get(groupId);
    if (group === undefined) return ErrorCode.GROUP_ID_NOT_FOUND;
    if (group.isSubscribedTo(topic)) return ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC;
    group.offsets.delete(topic, partition);
    return ErrorCode.NONE;
  }

  /** Forgets what all groups committed for a topic. To be called when the topic is deleted. */
  forgetTopic(topic: string): void {
    for (const group of this.#groups.all()) group.offsets.deleteTopic(topic);
  }

  /** Stops the expiry. Idempotent. */
  close(): void {
    this.#expiry.close();
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
}
