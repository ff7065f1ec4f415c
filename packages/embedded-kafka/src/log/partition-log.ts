import { ErrorCode } from '../protocol/errors.js';
import { validateBatch, type AppendRefusal, type BatchLimits } from './batch-validation.js';
import { LogSegment, lastAtMost } from './log-segment.js';
import { ProducerStates } from './producer-state.js';
import { RecordBatch } from './record-batch.js';

/** Segments grow with their log, so that an empty partition costs nothing and a full one has few of them. */
const FIRST_SEGMENT_BYTES = 16 * 1024;
const LARGEST_SEGMENT_BYTES = 1024 * 1024;

export interface AppendResult {
  readonly baseOffset: number;
  /** -1 unless the broker stamps the records; for a duplicate, the time of its last record, as in Kafka. */
  readonly logAppendTime: number;
  /** Bytes that the log grew by; 0 for a duplicate. */
  readonly bytes: number;
}

/**
 * One partition's records in memory: the bytes that producers sent, with offset and leader epoch patched in.
 * Invariants: segments are in offset order and none is empty, except that a log may have none at all;
 * every offset from `startOffset` to `endOffset` (exclusive) lies in exactly one of them.
 */
export class PartitionLog {
  private segments: LogSegment[] = [];
  private segmentBases: number[] = [];
  private readonly producers = new ProducerStates();
  private start = 0;
  private end = 0;

  constructor(private readonly limits: BatchLimits) {}

  /** Offset of the first record that can be read. */
  get startOffset(): number {
    return this.start;
  }

  /** Offset that the next record will get. With a single replica it is the high watermark as well. */
  get endOffset(): number {
    return this.end;
  }

  /** Appends what a producer sent, which is patched and then copied: the caller's buffer is free afterwards. */
  append(records: Buffer | null, leaderEpoch: number, now: number): AppendResult | AppendRefusal {
    const batch = validateBatch(records, this.limits, now);
    if (!(batch instanceof RecordBatch)) return batch;
    const isIdempotent = batch.producerId >= 0;
    if (batch.isTransactional) {
      return {
        errorCode: ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
        reason: 'this broker has no transactions: send without a transactional id',
      };
    }
    if (isIdempotent) {
      const check = this.producers.check(batch);
      if (check.kind === 'refused') return { ...check, isOfLog: true };
      if (check.kind === 'duplicate') {
        return { baseOffset: check.baseOffset, logAppendTime: check.maxTimestamp, bytes: 0 };
      }
    }
    const baseOffset = this.end;
    batch.setOffsetAndEpoch(baseOffset, leaderEpoch);
    const logAppendTime = this.limits.logAppendTime ? now : -1;
    if (this.limits.logAppendTime) batch.setLogAppendTime(now);
    else if (batch.hasLogAppendTime) batch.clearLogAppendTime();
    this.segmentFor(batch.bytes.length).append(batch.bytes);
    this.end += batch.recordCount;
    if (isIdempotent) this.producers.append(batch, baseOffset);
    return { baseOffset, logAppendTime, bytes: batch.bytes.length };
  }

  /**
   * Whole batches from the one that holds `offset` on, at most `maxBytes` of them; with `atLeastOne`, the first one
   * even if it is larger (KIP-74), so that a consumer is never stuck. `offset` lies within the log.
   */
  read(offset: number, maxBytes: number, atLeastOne: boolean): Buffer[] {
    const slices: Buffer[] = [];
    if (offset >= this.end) return slices;
    let budget = maxBytes;
    let index = Math.max(0, lastAtMost(this.segmentBases, offset));
    for (let from = offset; index < this.segments.length; index++) {
      const segment = this.segments[index]!;
      const position = segment.positionOf(from);
      let end = segment.endWithin(position, position + budget);
      if (end === position && slices.length === 0 && atLeastOne && position < segment.length) {
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

  /** Bytes that a read from `offset` would find at most; cheap, and exact enough to decide whether to wait. */
  bytesFrom(offset: number, atMost: number): number {
    let bytes = 0;
    for (const slice of this.read(offset, atMost, true)) bytes += slice.length;
    return bytes;
  }

  /** The first batch that has a record of `timestamp` or later. */
  firstBatchSince(timestamp: number): RecordBatch | undefined {
    for (const segment of this.segments) {
      const bytes = segment.firstBatchSince(timestamp);
      if (bytes) return new RecordBatch(bytes);
    }
    return undefined;
  }

  /** The highest timestamp in the log; -1 if it is empty. */
  get maxTimestamp(): number {
    return this.segments.reduce((maximum, segment) => Math.max(maximum, segment.maxTimestamp), -1);
  }

  *batches(): Generator<RecordBatch> {
    for (const segment of this.segments) {
      for (const bytes of segment.batches()) yield new RecordBatch(bytes);
    }
  }

  private segmentFor(size: number): LogSegment {
    const last = this.segments.at(-1);
    if (last?.hasRoomFor(size)) return last;
    const capacity = last ? Math.min(last.capacity * 4, LARGEST_SEGMENT_BYTES) : FIRST_SEGMENT_BYTES;
    const segment = new LogSegment(this.end, Math.max(capacity, size));
    this.segments.push(segment);
    this.segmentBases.push(segment.baseOffset);
    return segment;
  }
}
