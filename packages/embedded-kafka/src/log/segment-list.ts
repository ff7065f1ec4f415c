import { lastAtMost, type LogSegment } from './log-segment.js';

/**
 * The segments of one log, oldest first. Invariants: none is empty; offsets rise from each to the next; `bases` and
 * `bytes` agree with the segments.
 */
export class SegmentList {
  private segments: LogSegment[] = [];
  private bases: number[] = [];

  get length(): number {
    return this.segments.length;
  }

  /** The one that is appended to. */
  get last(): LogSegment | undefined {
    return this.segments.at(-1);
  }

  /** Of all records, as they are stored. */
  get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.length, 0);
  }

  at(index: number): LogSegment | undefined {
    return this.segments[index];
  }

  /** Where to look for an offset: the segment that may hold it. */
  indexOf(offset: number): number {
    return Math.max(0, lastAtMost(this.bases, offset));
  }

  push(segment: LogSegment): void {
    this.segments.push(segment);
    this.bases.push(segment.baseOffset);
  }

  /** Takes the oldest ones away. */
  shift(count: number): LogSegment[] {
    this.bases.splice(0, count);
    return this.segments.splice(0, count);
  }

  /** Puts others in the place of the oldest ones. */
  replaceFirst(count: number, replacement: readonly LogSegment[]): LogSegment[] {
    this.bases.splice(0, count, ...replacement.map(segment => segment.baseOffset));
    return this.segments.splice(0, count, ...replacement);
  }

  [Symbol.iterator](): Iterator<LogSegment> {
    return this.segments[Symbol.iterator]();
  }
}
