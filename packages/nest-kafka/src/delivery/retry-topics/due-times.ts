import { latestNow } from '../../two-clocks.js';

/**
 * How long the foremost message of each partition has still to wait.
 *
 * When it is due was written by a clock that may differ from ours, or by nobody whom we know: a message waits for no more than
 * the longest delay of its policy from when we saw it first, by a clock that does not jump. One entry a partition.
 */
export class DueTimes {
  private readonly heads = new Map<string, { readonly offset: string; readonly until: number }>();

  constructor(private readonly now: () => number = latestNow) {}

  /** @returns milliseconds; 0 or less: it is due */
  left(topic: string, partition: number, offset: string, due: number, longestDelay: number): number {
    const key = `${partition}:${topic}`;
    const head = this.heads.get(key);
    const ours = head?.offset === offset ? head.until - performance.now() : undefined;
    const theirs = Math.min(due - this.now(), longestDelay);
    if (ours === undefined && theirs > 0) {
      this.heads.set(key, { offset, until: performance.now() + theirs });
    }
    return Math.min(ours ?? theirs, theirs);
  }
}
