import { ErrorCode } from '../protocol/errors.js';
import type { AppendRefusal } from './batch-rules.js';
import { validateBatch } from './batch-validation.js';
import { cleanLog } from './compaction/log-cleaning.js';
import { buildMarkerBatch, readMarkerBatch, type TransactionMarker } from './control-batch.js';
import { LeaderEpochHistory } from './leader-epoch-history.js';
import type { LogConfigs } from './log-configs.js';
import { LARGEST_SEGMENT_BYTES, LogSegment, segmentsOf } from './log-segment.js';
import { ProducerStates, type ProducerDescription } from './producer-state.js';
import { batchesIn, endOffsetOf, RecordBatch } from './record-batch.js';
import { countOfExpired, nextExpiry } from './retention.js';
import { SegmentCache } from './segment-cache.js';
import { SegmentList } from './segment-list.js';
import type { SegmentStore } from './segment-store.js';
import { TransactionIndex, type AbortedTransaction } from './transaction-index.js';

/** Segments grow with their log, so that an empty partition costs nothing and a full one has few of them. */
const FIRST_SEGMENT_BYTES = 16 * 1024;
/** Memory is the process's, so all logs that are kept on disk share it. */
const segmentCache = new SegmentCache();

export interface AppendResult {
  readonly baseOffset: number;
  /** -1 unless the broker stamps the records; for a duplicate, the time of its last record, as in Kafka. */
  readonly logAppendTime: number;
  /** Bytes that the log grew by; 0 for a duplicate. */
  readonly bytes: number;
}

/** Decides whether a transactional batch may begin a transaction in a partition, as its coordinator sees it. */
export interface TransactionGate {
  /** Whether a transaction's first batch has to have sequence 0: each has an epoch of its own (KIP-890). */
  readonly startsAtZero: boolean;
  admit(producerId: number, producerEpoch: number): AppendRefusal | undefined;
}

/** A producer of a partition, and its transaction there. */
export interface ActiveProducer extends ProducerDescription {
  /** First offset of its open transaction; -1 if it has none. */
  readonly transactionStart: number;
}

/**
 * One partition's records, in memory or on disk too: the bytes that producers sent, with offset and leader epoch patched in.
 * Invariant: every record from `startOffset` to `endOffset` (exclusive) lies in exactly one segment; what lies below
 * `startOffset` in the first segment is nobody's any more.
 */
export class PartitionLog {
  /** Kept up to date by the partition; of a log that was stored, by its batches. */
  readonly epochs = new LeaderEpochHistory();
  private readonly segments = new SegmentList();
  private readonly transactions = new TransactionIndex();
  private readonly producers = new ProducerStates(id => this.transactions.openedAt(id) !== undefined);
  private start = 0;
  /** How far compaction has come: below, no key is twice. */
  private cleanedTo = 0;
  private end = 0;

  /** @param store where the log is kept beyond the process; what it has is read */
  constructor(
    private readonly configs: LogConfigs,
    private readonly store?: SegmentStore,
  ) {
    if (store) this.restore(store);
  }

  /** Offset of the first record that can be read. */
  get startOffset(): number {
    return this.start;
  }

  /** Offset that the next record will get. With a single replica it is the high watermark as well. */
  get endOffset(): number {
    return this.end;
  }

  /** Bytes of all records, as they are stored. */
  get bytes(): number {
    return this.segments.bytes;
  }

  /** End of what `read_committed` consumers may see: the first record whose transaction is open. */
  get lastStableOffset(): number {
    return Math.max(this.transactions.firstOpenOffset ?? this.end, this.start);
  }

  /**
   * Appends what a producer sent, which is patched and then copied: the caller's buffer is free afterwards.
   * Without a `gate`, transactional batches are refused.
   */
  append(
    records: Buffer | null,
    leaderEpoch: number,
    now: number,
    gate?: TransactionGate,
  ): AppendResult | AppendRefusal {
    const batch = validateBatch(records, this.configs, now);
    if (!(batch instanceof RecordBatch)) return batch;
    const isIdempotent = batch.producerId >= 0;
    const opensTransaction = isIdempotent && batch.isTransactional && !this.isInTransaction(batch);
    const refusal = batch.isTransactional && (opensTransaction || !gate) ? transactionRefusal(batch, gate) : undefined;
    if (refusal) return refusal;
    if (isIdempotent) {
      const check = this.producers.check(batch);
      if (check.kind === 'refused') return { ...check, isOfLog: true };
      if (check.kind === 'duplicate') {
        return { baseOffset: check.baseOffset, logAppendTime: check.maxTimestamp, bytes: 0 };
      }
      const outOfPlace = this.placeRefusal(batch, opensTransaction && gate?.startsAtZero === true);
      if (outOfPlace) return outOfPlace;
    }
    const baseOffset = this.end;
    const logAppendTime = this.add(batch, leaderEpoch, now);
    if (isIdempotent) this.producers.append(batch, baseOffset);
    if (opensTransaction) this.transactions.begin(batch.producerId, baseOffset);
    return { baseOffset, logAppendTime, bytes: batch.bytes.length };
  }

  /** Error code for a marker of somebody who has been followed by another. */
  markerRefusal(marker: TransactionMarker): number {
    return this.producers.markerRefusal(marker);
  }

  /** Ends a producer's transaction here. A marker takes an offset, whether there was a transaction or not. */
  appendMarker(marker: TransactionMarker, leaderEpoch: number, now: number): AppendResult {
    const baseOffset = this.end;
    const batch = buildMarkerBatch(marker, now);
    const logAppendTime = this.add(batch, leaderEpoch, now);
    this.producers.appendMarker(marker, now, baseOffset);
    this.transactions.end(marker.producerId, baseOffset, marker.committed);
    return { baseOffset, logAppendTime, bytes: batch.bytes.length };
  }

  /** Aborted transactions that have to do with what a read from `offset` returned, in the order of their markers. */
  abortedTransactionsIn(offset: number, slices: readonly Buffer[]): AbortedTransaction[] {
    const last = slices.at(-1);
    if (last === undefined || !this.transactions.hasAbortedSince(offset)) return [];
    return this.transactions.abortedWithin(offset, endOffsetOf(last));
  }

  activeProducers(): ActiveProducer[] {
    return this.producers.describe().map(producer => ({
      ...producer,
      transactionStart: this.transactions.openedAt(producer.producerId) ?? -1,
    }));
  }

  private isInTransaction({ producerId, producerEpoch }: RecordBatch): boolean {
    return this.transactions.openedAt(producerId) !== undefined && this.producers.epochOf(producerId) === producerEpoch;
  }

  private placeRefusal(batch: RecordBatch, mustStartAtZero: boolean): AppendRefusal | undefined {
    const { producerId, baseSequence } = batch;
    if (mustStartAtZero && baseSequence !== 0) {
      const reason = `producer ${producerId} begins a transaction with sequence ${baseSequence}, expected 0`;
      return { errorCode: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, reason, isOfLog: true };
    }
    if (!batch.isTransactional && this.transactions.openedAt(producerId) !== undefined) {
      const reason = `producer ${producerId} writes outside of the transaction that it has open here`;
      return { errorCode: ErrorCode.INVALID_TXN_STATE, reason, isOfLog: true };
    }
    return undefined;
  }

  /** @returns the time that the broker stamped on it, or -1 */
  private add(batch: RecordBatch, leaderEpoch: number, now: number): number {
    const { logAppendTime } = this.configs;
    batch.setOffsetAndEpoch(this.end, leaderEpoch);
    if (logAppendTime) batch.setLogAppendTime(now);
    else if (batch.hasLogAppendTime) batch.clearLogAppendTime();
    const segment = this.segmentFor(batch, now);
    this.store?.append(segment.baseOffset, batch.bytes);
    segment.append(batch.bytes, now);
    this.end += batch.recordCount;
    return logAppendTime ? now : -1;
  }

  /**
   * Whole batches from the one that holds `offset` on, at most `maxBytes` of them; with `atLeastOne`, the first one
   * even if it is larger (KIP-74), so that a consumer is never stuck. `offset` lies within the log; nothing from `upTo`
   * on is read, which is where a batch begins.
   */
  read(offset: number, maxBytes: number, atLeastOne: boolean, upTo = this.end): Buffer[] {
    const slices: Buffer[] = [];
    if (offset >= upTo) return slices;
    let budget = maxBytes;
    let index = this.segments.indexOf(offset);
    for (let from = offset; ; index++) {
      const segment = this.segments.at(index);
      if (!segment) break;
      const position = segment.positionOf(from);
      const readable = upTo < this.end ? segment.positionOf(upTo) : segment.length;
      let end = Math.min(segment.endWithin(position, position + budget), readable);
      if (end === position && slices.length === 0 && atLeastOne && position < readable) {
        end = position + segment.batchSizeAt(position);
      }
      if (end > position) slices.push(segment.slice(position, end));
      if (end < segment.length) break;
      budget -= end - position;
      if (budget <= 0) break;
      from = 0;
    }
    return slices;
  }

  /** Bytes of the batches in `[from, to)`, both of which are where a batch begins. */
  bytesBetween(from: number, to: number): number {
    return this.read(from, Infinity, true, to).reduce((bytes, slice) => bytes + slice.length, 0);
  }

  /** The first batch that has a record of `timestamp` or later. */
  firstBatchSince(timestamp: number): RecordBatch | undefined {
    for (const segment of this.segments) {
      const bytes = segment.firstBatchSince(timestamp, this.start);
      if (bytes) return new RecordBatch(bytes);
    }
    return undefined;
  }

  /** The highest timestamp in the log; -1 if it is empty. */
  get maxTimestamp(): number {
    let maximum = -1;
    for (const segment of this.segments) maximum = Math.max(maximum, segment.maxTimestamp);
    return maximum;
  }

  /** The batches of producers, without markers. */
  *dataBatches(): Generator<RecordBatch> {
    for (const segment of this.segments) {
      for (const bytes of segment.batches()) {
        const batch = new RecordBatch(bytes);
        if (!batch.isControl && batch.lastOffset >= this.start) yield batch;
      }
    }
  }

  /** What a `read_committed` consumer makes of it: nothing of aborted transactions, nothing beyond the stable part. */
  *committedBatches(): Generator<RecordBatch> {
    const { lastStableOffset } = this;
    const aborted = this.transactions.abortedWithin(this.start, lastStableOffset);
    for (const batch of this.dataBatches()) {
      if (batch.baseOffset >= lastStableOffset) return;
      if (!isIn(aborted, batch)) yield batch;
    }
  }

  /** Lets go of everything below `offset`, which is at most the end (DeleteRecords). It never comes back. */
  deleteBefore(offset: number): void {
    if (offset <= this.start) return;
    this.store?.setStartOffset(offset);
    this.start = offset;
    let count = 0;
    for (const { lastOffset } of this.segments) {
      if (lastOffset >= offset) break;
      count++;
    }
    const removed = this.segments.shift(count);
    this.store?.remove(removed.map(({ baseOffset }) => baseOffset));
    for (const segment of removed) segment.discard();
    this.transactions.forgetBefore(offset);
  }

  /** Deletes the segments whose time, or whose room, is over. @returns whether there were any */
  applyRetention(now: number): boolean {
    const expired = countOfExpired(this.segments, this.configs, now);
    if (expired === 0) return false;
    this.deleteBefore(this.segments.at(expired)?.baseOffset ?? this.end);
    return true;
  }

  /** When time will have something to delete here, in milliseconds since the epoch; Infinity for never. */
  get nextExpiry(): number {
    return nextExpiry(this.segments, this.configs);
  }

  /**
   * Leaves of each key what came last (`cleanup.policy=compact`), up to the first open transaction.
   * @param upTo nothing from this offset on is touched; default: all may be
   */
  compact(now: number, upTo = this.end): void {
    const aborted = this.transactions.abortedWithin(this.start, this.end);
    const { batches, cleanedTo, removedMarkers } = cleanLog(this.segments, {
      now,
      deleteRetentionMs: this.configs.deleteRetentionMs,
      start: this.start,
      dirtyFrom: this.cleanedTo,
      upTo: Math.min(upTo, this.lastStableOffset),
      isAborted: batch => isIn(aborted, batch),
      isLastOfProducer: batch => this.producers.isLastBatch(batch),
    });
    this.cleanedTo = cleanedTo;
    for (const offset of removedMarkers) this.transactions.forgetMarker(offset);
    const segments = segmentsOf(batches, now);
    this.store?.replaceAll(
      segments.map(segment => ({ baseOffset: segment.baseOffset, bytes: segment.slice(0, segment.length) })),
    );
    for (const old of this.segments.replaceFirst(this.segments.length, segments)) old.discard();
    for (const segment of segments) this.seal(segment);
  }

  /**
   * Compacts what Kafka's cleaner would by now: not the segment that is written to, nothing younger than
   * `min.compaction.lag.ms`, and not before enough is new, or something is older than `max.compaction.lag.ms`.
   */
  compactIfDirty(now: number): void {
    const { isCompacted, minCompactionLagMs, maxCompactionLagMs, minCleanableDirtyRatio } = this.configs;
    if (!isCompacted) return;
    let cleanBytes = 0;
    let dirtyBytes = 0;
    let upTo = this.start;
    let oldest = Infinity;
    for (const segment of this.segments) {
      if (segment === this.segments.last || segment.newestTime > now - minCompactionLagMs) break;
      upTo = segment.lastOffset + 1;
      if (segment.lastOffset < this.cleanedTo) cleanBytes += segment.length;
      else {
        dirtyBytes += segment.length;
        oldest = Math.min(oldest, segment.newestTime);
      }
    }
    const isDue = dirtyBytes >= (cleanBytes + dirtyBytes) * minCleanableDirtyRatio || now - oldest > maxCompactionLagMs;
    if (dirtyBytes > 0 && isDue) this.compact(now, upTo);
  }

  private segmentFor({ bytes, maxTimestamp }: RecordBatch, now: number): LogSegment {
    const { segmentBytes, segmentMs, isDeleted, retentionBytes } = this.configs;
    const size = bytes.length;
    const last = this.segments.last;
    if (last?.hasRoomFor(size) && last.spanTo(maxTimestamp, now) <= segmentMs) return last;
    // Memory must not wait for the next round of retention.
    if (isDeleted && retentionBytes >= 0) this.applyRetention(now);
    const capacity = last ? Math.min(last.capacity * 4, LARGEST_SEGMENT_BYTES, segmentBytes) : FIRST_SEGMENT_BYTES;
    if (last) this.seal(last);
    const segment = new LogSegment(this.end, Math.max(capacity, size));
    this.segments.push(segment);
    return segment;
  }

  private seal(segment: LogSegment): void {
    const { store } = this;
    if (store) segment.seal({ cache: segmentCache, read: () => store.read(segment.baseOffset) });
  }

  /** Reads what is stored, and learns from it again what producers and transactions have done. */
  private restore(store: SegmentStore): void {
    this.start = store.startOffset;
    this.end = this.start;
    for (const { baseOffset, bytes, modifiedAt } of store.load()) {
      const { last } = this.segments;
      if (last) this.seal(last);
      const segment = new LogSegment(baseOffset, Math.max(bytes.length, FIRST_SEGMENT_BYTES));
      this.segments.push(segment);
      for (const batch of batchesIn(bytes)) {
        segment.append(batch.bytes, modifiedAt);
        this.replay(batch);
      }
    }
  }

  private replay(batch: RecordBatch): void {
    const { baseOffset, lastOffset, producerId, isTransactional, leaderEpoch } = batch;
    this.end = Math.max(this.end, lastOffset + 1);
    this.epochs.begin(leaderEpoch, baseOffset);
    if (batch.isControl) {
      const marker = readMarkerBatch(batch);
      this.producers.appendMarker(marker, batch.maxTimestamp, baseOffset);
      this.transactions.end(producerId, baseOffset, marker.committed);
      return;
    }
    if (producerId < 0) return;
    this.producers.append(batch, baseOffset);
    if (isTransactional && this.transactions.openedAt(producerId) === undefined) {
      this.transactions.begin(producerId, baseOffset);
    }
  }
}

function isIn(
  aborted: readonly AbortedTransaction[],
  { isTransactional, producerId, baseOffset }: RecordBatch,
): boolean {
  if (!isTransactional) return false;
  return aborted.some(
    abort => abort.producerId === producerId && abort.firstOffset <= baseOffset && baseOffset < abort.lastOffset,
  );
}

function transactionRefusal(
  { producerId, producerEpoch }: RecordBatch,
  gate: TransactionGate | undefined,
): AppendRefusal | undefined {
  if (gate) return gate.admit(producerId, producerEpoch);
  return {
    errorCode: ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    reason: 'a transactional batch needs a transactional id in its request',
  };
}
