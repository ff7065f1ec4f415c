import type { AppendRefusal } from '../log/batch-rules.js';
import type { TransactionMarker } from '../log/control-batch.js';
import type { AppendResult, PartitionLog, TransactionGate } from '../log/partition-log.js';
import { ErrorCode } from '../protocol/errors.js';
import { NO_LEADER, type ReplicaChange, type ReplicaSet } from './replica-set.js';

/** Is told when a partition that it watches has changed. */
export interface PartitionWatcher {
  /** `bytes` were appended; `stableBytes` may be read by `read_committed` consumers that might not before. */
  appended(bytes: number, stableBytes: number): void;
  /** Another node leads it, or nobody. */
  leaderChanged(): void;
  /** The partition, or what it began with, is gone. */
  removed(): void;
}

/**
 * One partition. All of its replicas share one log, so that who is in sync has everything at once; what clients see of
 * leaders, epochs and in-sync sets is Kafka's.
 */
export class Partition {
  /** Set while the high watermark stands. */
  private heldHighWatermark: number | undefined;
  private readonly watchers = new Set<PartitionWatcher>();

  constructor(
    readonly topic: string,
    readonly index: number,
    private readonly replicaSet: ReplicaSet,
    readonly log: PartitionLog,
    /** Is told when the replicas, or those of a reassignment, or the leader epoch have changed. */
    private readonly onReplicasChanged: (partition: Partition) => void = () => undefined,
  ) {
    if (this.leaderId !== NO_LEADER) log.epochs.begin(this.leaderEpoch, log.endOffset);
  }

  /** -1 while there is no leader. */
  get leaderId(): number {
    return this.replicaSet.leaderId;
  }

  /** Rises when leadership moves. */
  get leaderEpoch(): number {
    return this.replicaSet.leaderEpoch;
  }

  /** Node ids, the preferred leader first. */
  get replicas(): readonly number[] {
    return this.replicaSet.replicas;
  }

  get isr(): readonly number[] {
    return this.replicaSet.isr;
  }

  get offlineReplicas(): readonly number[] {
    return this.replicaSet.offlineReplicas;
  }

  get eligibleLeaders(): readonly number[] {
    return this.replicaSet.eligibleLeaders;
  }

  /** What is asked of the replicas and cannot be told by the partition itself. */
  get replicaState(): Pick<
    ReplicaSet,
    'addingReplicas' | 'removingReplicas' | 'isReassigning' | 'preferredLeader' | 'canLead'
  > {
    return this.replicaSet;
  }

  get lastKnownLeaders(): readonly number[] {
    return this.replicaSet.lastKnownLeaders;
  }

  /** Whether too few replicas are in sync for `acks=all`. */
  get isUnderMinIsr(): boolean {
    return this.replicaSet.isUnderMinIsr;
  }

  /**
   * End of what consumers may see. It stands while too few replicas are in sync: what is written then with `acks=1` is
   * shown when they are back (KIP-966).
   */
  get highWatermark(): number {
    return this.heldHighWatermark ?? this.log.endOffset;
  }

  /** End of what `read_committed` consumers may see. */
  get lastStableOffset(): number {
    return Math.min(this.highWatermark, this.log.lastStableOffset);
  }

  /** Changes who holds or leads it. */
  change(how: (replicas: ReplicaSet) => ReplicaChange): void {
    const { replicas, removingReplicas, leaderEpoch } = this.replicaSet;
    const { hasNewLeader } = how(this.replicaSet);
    const now = this.replicaSet;
    if (replicas !== now.replicas || removingReplicas !== now.removingReplicas || leaderEpoch !== now.leaderEpoch) {
      this.onReplicasChanged(this);
    }
    this.holdOrReleaseHighWatermark();
    if (!hasNewLeader) return;
    if (this.leaderId !== NO_LEADER) this.log.epochs.begin(this.leaderEpoch, this.log.endOffset);
    for (const watcher of this.watchers) watcher.leaderChanged();
  }

  private holdOrReleaseHighWatermark(): void {
    if (this.isUnderMinIsr) {
      this.heldHighWatermark ??= this.log.endOffset;
      return;
    }
    const held = this.heldHighWatermark;
    this.heldHighWatermark = undefined;
    if (held === undefined || held === this.log.endOffset) return;
    const bytes = this.log.bytesBetween(held, this.log.endOffset);
    for (const watcher of this.watchers) watcher.appended(bytes, bytes);
  }

  /** Without a `gate`, transactional batches are refused. */
  append(records: Buffer | null, now: number, gate?: TransactionGate): AppendResult | AppendRefusal {
    const stableBefore = this.log.lastStableOffset;
    const result = this.log.append(records, this.leaderEpoch, now, gate);
    if ('bytes' in result && result.bytes > 0) this.tell(result, stableBefore);
    return result;
  }

  /** Ends a producer's transaction in this partition. */
  appendMarker(marker: TransactionMarker, now: number): void {
    const stableBefore = this.log.lastStableOffset;
    this.tell(this.log.appendMarker(marker, this.leaderEpoch, now), stableBefore);
  }

  /**
   * Moves the log's start up to `offset`, -1 for the high watermark.
   * @returns an error code: OFFSET_OUT_OF_RANGE for what is not in the log
   */
  deleteRecords(offset: number): number {
    const { highWatermark } = this;
    const { startOffset } = this.log;
    if (offset < -1 || offset > highWatermark) return ErrorCode.OFFSET_OUT_OF_RANGE;
    this.log.deleteBefore(offset === -1 ? highWatermark : offset);
    // Whoever waits at an offset that is gone has to learn it.
    if (this.log.startOffset > startOffset) for (const watcher of this.watchers) watcher.removed();
    return ErrorCode.NONE;
  }

  private tell({ baseOffset, bytes }: AppendResult, stableBefore: number): void {
    if (this.watchers.size === 0 || this.heldHighWatermark !== undefined) return;
    const { lastStableOffset, endOffset } = this.log;
    // Without transactions every append is stable at once, and nothing needs to be counted.
    const isPlain = stableBefore === baseOffset && lastStableOffset === endOffset;
    const stableBytes = isPlain ? bytes : this.log.bytesBetween(stableBefore, lastStableOffset);
    for (const watcher of this.watchers) watcher.appended(bytes, stableBytes);
  }

  watch(watcher: PartitionWatcher): void {
    this.watchers.add(watcher);
  }

  unwatch(watcher: PartitionWatcher): void {
    this.watchers.delete(watcher);
  }

  /** Wakes everyone who waits for records that will never come. */
  remove(): void {
    for (const watcher of this.watchers) watcher.removed();
    this.watchers.clear();
  }
}
