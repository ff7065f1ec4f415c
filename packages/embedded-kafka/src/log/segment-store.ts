/** A segment as it was found on disk: whole batches, whose checksums were compared. */
export interface StoredSegment {
  readonly baseOffset: number;
  readonly bytes: Buffer;
  /** When it was last written to, in milliseconds since the epoch. */
  readonly modifiedAt: number;
}

export interface SegmentContents {
  readonly baseOffset: number;
  readonly bytes: Buffer;
}

/** Where a log is kept beyond the process. Each call is done when it returns; a failure throws, and changes nothing. */
export interface SegmentStore {
  /** Where the log starts, if it was ever moved; else 0. */
  readonly startOffset: number;
  /** Oldest first. To be called once, before anything is appended. */
  load(): Iterable<StoredSegment>;
  /** The bytes of a whole segment. */
  read(baseOffset: number): Buffer;
  append(baseOffset: number, batch: Buffer): void;
  setStartOffset(offset: number): void;
  remove(baseOffsets: readonly number[]): void;
  /** Puts these in the place of all there are; what is interrupted loses nothing. */
  replaceAll(segments: readonly SegmentContents[]): void;
}

/** Finds the places where logs are kept. */
export interface SegmentStores {
  open(topicId: string, partition: number): SegmentStore;
}
