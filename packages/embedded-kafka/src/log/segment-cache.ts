/** How much of what lies on disk is held in memory too, over all logs of a process. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Something that can be read again. */
export interface Releasable {
  /** Bytes that it has in memory, as long as it is not released. */
  readonly length: number;
  release(): void;
}

/** Segments that can be read again from disk; the one that was used longest ago lets go of its memory first. */
export class SegmentCache {
  private readonly segments = new Set<Releasable>();
  private bytes = 0;

  constructor(private readonly maxBytes = MAX_BYTES) {}

  add(segment: Releasable): void {
    this.forget(segment);
    this.segments.add(segment);
    this.bytes += segment.length;
    for (const oldest of this.segments) {
      if (this.bytes <= this.maxBytes || oldest === segment) return;
      oldest.release();
      this.forget(oldest);
    }
  }

  forget(segment: Releasable): void {
    if (this.segments.delete(segment)) this.bytes -= segment.length;
  }
}
