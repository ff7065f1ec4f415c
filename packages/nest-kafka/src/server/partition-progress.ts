/** Told of each message of a partition that was handled, until it returns `false`. */
export type ProgressListener = (offset: string) => boolean;

/**
 * Tells who asks when messages of a partition have been handled: an exception filter sees only failures.
 *
 * While nobody asks, a message costs one look at the size of a map. Memory is bounded by who asks.
 */
export class PartitionProgress {
  private readonly listeners = new Map<string, Set<ProgressListener>>();

  watch(topic: string, partition: number, listener: ProgressListener): void {
    const key = keyOf(topic, partition);
    const listeners = this.listeners.get(key);
    if (listeners === undefined) {
      this.listeners.set(key, new Set([listener]));
    } else {
      listeners.add(listener);
    }
  }

  /** Notes that a message was handled, or skipped by a filter. */
  handled(topic: string, partition: number, offset: string): void {
    if (this.listeners.size === 0) {
      return;
    }
    const key = keyOf(topic, partition);
    const listeners = this.listeners.get(key);
    if (listeners === undefined) {
      return;
    }
    for (const listener of listeners) {
      if (!listener(offset)) {
        listeners.delete(listener);
      }
    }
    if (listeners.size === 0) {
      this.listeners.delete(key);
    }
  }
}

function keyOf(topic: string, partition: number): string {
  return `${partition}:${topic}`;
}
