import { decompress } from '../compression/compression.js';
import { CorruptPayloadError } from '../compression/corrupt-payload-error.js';
import type { LogSegment } from '../log-segment.js';
import { RecordBatch } from '../record-batch.js';
import { MAX_DECOMPRESSED_BYTES } from '../record-reader.js';
import { rewriteBatch } from './batch-rewriting.js';
import { LatestOffsets } from './latest-offsets.js';
import { rawRecords, type RawRecord } from './raw-records.js';

/** What a round of cleaning has to know of its log. */
export interface Cleaning {
  readonly now: number;
  readonly deleteRetentionMs: number;
  /** The log's start. Everything that lies below is no one's any more. */
  readonly start: number;
  /** Where the last round has ended: keys below have been compared with each other. */
  readonly dirtyFrom: number;
  /** Nothing from here on is touched. */
  readonly upTo: number;
  isAborted(batch: RecordBatch): boolean;
  /** Whether a producer's sequence would be forgotten without this batch. */
  isLastOfProducer(batch: RecordBatch): boolean;
}

export interface Cleaned {
  /** What stays, oldest first. */
  readonly batches: readonly Buffer[];
  /** How far this round has come. */
  readonly cleanedTo: number;
  /** Offsets of markers that are gone. */
  readonly removedMarkers: readonly number[];
}

/**
 * A round of compaction, by the rules of Apache Kafka's log cleaner:
 * - of the records with one key the last one stays, at its offset; records of aborted transactions go, and so do those
 *   without a key;
 * - a tombstone, and the marker of a transaction that has no record left, first get a time to go (`delete.retention.ms`
 *   from now), and go in a round after it;
 * - a batch that has lost all of its records stays, empty, if it is the last one of its producer.
 */
export function cleanLog(segments: Iterable<LogSegment>, cleaning: Cleaning): Cleaned {
  const all = Array.from(segments);
  const { latest, upTo } = latestOffsets(all, cleaning);
  const round = new Round({ ...cleaning, upTo }, latest);
  for (const segment of all) {
    for (const bytes of segment.batches()) round.clean(new RecordBatch(bytes));
  }
  return { batches: round.kept, cleanedTo: upTo, removedMarkers: round.removedMarkers };
}

function latestOffsets(segments: readonly LogSegment[], cleaning: Cleaning): { latest: LatestOffsets; upTo: number } {
  const latest = new LatestOffsets();
  for (const segment of segments) {
    if (segment.lastOffset < cleaning.dirtyFrom) continue;
    for (const bytes of segment.batches()) {
      const batch = new RecordBatch(bytes);
      if (batch.baseOffset >= cleaning.upTo || latest.isFull) return { latest, upTo: batch.baseOffset };
      if (batch.isControl || cleaning.isAborted(batch)) continue;
      for (const { key, offsetDelta } of recordsOf(batch) ?? []) {
        if (key) latest.set(key, batch.baseOffset + offsetDelta);
      }
    }
  }
  return { latest, upTo: cleaning.upTo };
}

/** Undefined for a batch that cannot be read: it stays as it is. */
function recordsOf(batch: RecordBatch): RawRecord[] | undefined {
  try {
    return rawRecords(decompress(batch.compression, batch.payload, MAX_DECOMPRESSED_BYTES), batch.recordCount);
  } catch (error) {
    if (error instanceof CorruptPayloadError) return undefined;
    throw error;
  }
}

class Round {
  readonly kept: Buffer[] = [];
  readonly removedMarkers: number[] = [];
  /** Producers that have had a batch since their last marker. */
  private readonly withBatches = new Set<number>();

  constructor(
    private readonly cleaning: Cleaning,
    private readonly latest: LatestOffsets,
  ) {}

  clean(batch: RecordBatch): void {
    if (batch.baseOffset >= this.cleaning.upTo) this.kept.push(batch.bytes);
    else if (batch.lastOffset < this.cleaning.start) return;
    else if (batch.isControl) this.cleanMarker(batch);
    else this.cleanRecords(batch);
  }

  private cleanMarker(batch: RecordBatch): void {
    const hasRecords = this.withBatches.delete(batch.producerId);
    const { deleteHorizon } = batch;
    if (hasRecords) {
      this.kept.push(batch.bytes);
    } else if (deleteHorizon === undefined) {
      const marker = recordsOf(batch);
      this.kept.push(marker ? rewriteBatch(batch, marker, this.newHorizon) : batch.bytes);
    } else if (deleteHorizon > this.cleaning.now || this.cleaning.isLastOfProducer(batch)) {
      this.kept.push(batch.bytes);
    } else {
      this.removedMarkers.push(batch.baseOffset);
    }
  }

  private cleanRecords(batch: RecordBatch): void {
    if (batch.isTransactional) this.withBatches.add(batch.producerId);
    const records = this.cleaning.isAborted(batch) ? [] : recordsOf(batch);
    if (records === undefined) {
      this.kept.push(batch.bytes);
      return;
    }
    const { deleteHorizon, baseOffset } = batch;
    const tombstonesGo = deleteHorizon !== undefined && deleteHorizon <= this.cleaning.now;
    const kept = records.filter(({ key, offsetDelta, hasValue }) => {
      if (key === null || this.latest.isSuperseded(key, baseOffset + offsetDelta)) return false;
      return hasValue || !tombstonesGo;
    });
    if (kept.length === 0) {
      if (this.cleaning.isLastOfProducer(batch)) this.kept.push(rewriteBatch(batch, [], deleteHorizon));
      return;
    }
    const getsHorizon = deleteHorizon === undefined && kept.some(({ hasValue }) => !hasValue);
    if (kept.length === batch.recordCount && !getsHorizon) this.kept.push(batch.bytes);
    else this.kept.push(rewriteBatch(batch, kept, getsHorizon ? this.newHorizon : deleteHorizon));
  }

  private get newHorizon(): number {
    return this.cleaning.now + this.cleaning.deleteRetentionMs;
  }
}
