import type { SegmentCache } from './segment-cache.js';
import { BATCH_PREFIX_BYTES, baseOffsetAt, lastOffsetAt, maxTimestampAt, sizeAt } from './record-batch.js';

/** As in Kafka (`index.interval.bytes`): the sparser, the longer the scan to the batch that is looked for. */
const INDEX_INTERVAL_BYTES = 4096;
/** Larger ones hold a single batch. */
export const LARGEST_SEGMENT_BYTES = 1024 * 1024;

/** Where the bytes of a segment are when memory has not got them. */
export interface SegmentBacking {
  readonly cache: SegmentCache;
  read(): Buffer;
}

/**
 * A run of batches in one block of memory, append-only. States: open (in memory) -> sealed (in memory or not; a log that is
 * kept on disk seals all but its last one). Invariants:
 * - `bytes[0, length)` are whole batches with rising offsets, and never change again: slices of it may be on their way
 *   to a socket;
 * - the index has an entry for the first batch, and one for about every 4 KiB after it.
 */
export class LogSegment {
  /** Undefined while the bytes are on disk only. */
  private block: Buffer | undefined;
  private backing: SegmentBacking | undefined;
  private used = 0;
  private readonly indexedOffsets: number[] = [];
  private readonly indexedPositions: number[] = [];
  /** The highest timestamp up to and including the batch before each index entry. */
  private readonly indexedMaxTimestamps: number[] = [];
  private finalOffset: number;
  private timestampMaximum = -1;
  /** Time of the first batch, which `segment.ms` is counted from; -1 if it has none. */
  private firstTimestamp = -1;
  private firstAppendAt = 0;
  private lastAppendAt = 0;

  constructor(
    readonly baseOffset: number,
    capacity: number,
  ) {
    this.block = Buffer.allocUnsafeSlow(capacity);
    this.finalOffset = baseOffset - 1;
  }

  get length(): number {
    return this.used;
  }

  /** Of its last record. */
  get lastOffset(): number {
    return this.finalOffset;
  }

  get maxTimestamp(): number {
    return this.timestampMaximum;
  }

  /** What its age is counted from: the newest record's time, or, if records have none, that of the last append. */
  get newestTime(): number {
    return this.timestampMaximum >= 0 ? this.timestampMaximum : this.lastAppendAt;
  }

  get capacity(): number {
    return this.block?.length ?? this.used;
  }

  /** Nothing fits into a segment that was sealed. */
  hasRoomFor(size: number): boolean {
    return this.backing === undefined && this.used + size <= this.capacity;
  }

  /** Nothing more comes in; from now on its memory may be released, because the bytes are elsewhere too. */
  seal(backing: SegmentBacking): void {
    this.backing = backing;
    backing.cache.add(this);
  }

  /** Lets go of the memory of a sealed segment. */
  release(): void {
    if (this.backing) this.block = undefined;
  }

  /** To be called when the segment is deleted. */
  discard(): void {
    this.backing?.cache.forget(this);
  }

  private get bytes(): Buffer {
    this.backing?.cache.add(this);
    this.block ??= this.backing?.read();
    if (!this.block || this.block.length < this.used) {
      throw new Error(
        `The segment of offset ${this.baseOffset} has lost its bytes: something else has changed its file`,
      );
    }
    return this.block;
  }

  /** Milliseconds from the first record to one of `timestamp`, which comes now. */
  spanTo(timestamp: number, now: number): number {
    if (this.used === 0) return 0;
    return this.firstTimestamp >= 0 && timestamp >= 0 ? timestamp - this.firstTimestamp : now - this.firstAppendAt;
  }

  /** Copies the batch, whose offset is set already. */
  append(batch: Buffer, now: number): void {
    const timestamp = maxTimestampAt(batch, 0);
    if (this.used === 0) {
      this.firstTimestamp = timestamp;
      this.firstAppendAt = now;
    }
    this.lastAppendAt = now;
    const lastIndexed = this.indexedPositions.at(-1);
    if (lastIndexed === undefined || this.used - lastIndexed >= INDEX_INTERVAL_BYTES) {
      this.indexedOffsets.push(baseOffsetAt(batch, 0));
      this.indexedPositions.push(this.used);
      this.indexedMaxTimestamps.push(this.timestampMaximum);
    }
    batch.copy(this.bytes, this.used);
    this.timestampMaximum = Math.max(this.timestampMaximum, timestamp);
    this.finalOffset = lastOffsetAt(batch, 0);
    this.used += batch.length;
  }

  /** Position of the batch that holds `offset`, or of the first one after it; `length` if there is none. */
  positionOf(offset: number): number {
    const { bytes } = this;
    let position = this.indexedPositions[lastAtMost(this.indexedOffsets, offset)] ?? 0;
    while (position < this.used && lastOffsetAt(bytes, position) < offset) position += sizeAt(bytes, position);
    return position;
  }

  /** End of the last batch that fits wholly into `[position, limit)`; `position` if not even one does. */
  endWithin(position: number, limit: number): number {
    if (limit >= this.used) return this.used;
    const { bytes } = this;
    let end = Math.max(position, this.indexedPositions[lastAtMost(this.indexedPositions, limit)] ?? 0);
    while (end + BATCH_PREFIX_BYTES <= limit) {
      const next = end + sizeAt(bytes, end);
      if (next > limit) break;
      end = next;
    }
    return end;
  }

  batchSizeAt(position: number): number {
    return sizeAt(this.bytes, position);
  }

  slice(start: number, end: number): Buffer {
    return this.bytes.subarray(start, end);
  }

  /** The first batch from offset `from` on that has a record of `timestamp` or later; undefined if none has. */
  firstBatchSince(timestamp: number, from: number): Buffer | undefined {
    if (this.timestampMaximum < timestamp) return undefined;
    // Batches before an entry whose maximum is lower cannot hold it.
    let entry = this.indexedMaxTimestamps.length - 1;
    while (entry > 0 && this.indexedMaxTimestamps[entry]! >= timestamp) entry--;
    const { bytes } = this;
    let position = Math.max(this.indexedPositions[entry] ?? 0, this.positionOf(from));
    while (position < this.used && maxTimestampAt(bytes, position) < timestamp) position += sizeAt(bytes, position);
    if (position >= this.used) return undefined;
    return this.slice(position, position + sizeAt(this.bytes, position));
  }

  *batches(): Generator<Buffer> {
    const { bytes } = this;
    for (let position = 0; position < this.used;) {
      const end = position + sizeAt(bytes, position);
      yield bytes.subarray(position, end);
      position = end;
    }
  }
}

/** As few segments as these batches fill, each as large as it has to be. */
export function segmentsOf(batches: readonly Buffer[], now: number): LogSegment[] {
  const segments: LogSegment[] = [];
  for (let from = 0, to = 0; from < batches.length; from = to) {
    let size = 0;
    do size += batches[to++]!.length;
    while (to < batches.length && size + batches[to]!.length <= LARGEST_SEGMENT_BYTES);
    const segment = new LogSegment(baseOffsetAt(batches[from]!, 0), size);
    for (const batch of batches.slice(from, to)) segment.append(batch, now);
    segments.push(segment);
  }
  return segments;
}

/** Index of the last element of the rising `values` that is at most `limit`; -1 if none is. */
export function lastAtMost(values: readonly number[], limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
