import type { Clock } from './clock.js';
import type { Partition, PartitionWatcher } from './cluster/partition.js';

/**
 * A fetch that waits for records. Ends exactly once: when enough bytes were appended to the partitions together, when
 * one of them is removed or gets another leader, when its time is over, or when its connection closes (`null`: there is no one to answer).
 * Afterwards it watches nothing and has no timer.
 */
export class DelayedFetch implements PartitionWatcher {
  private end: ((isWanted: boolean) => void) | undefined;

  constructor(
    private readonly partitions: readonly Partition[],
    private missingBytes: number,
    /** Whether only bytes count whose transactions have ended. */
    private readonly isCommittedOnly: boolean,
  ) {}

  /** Resolves with what `answer` finds at the end. */
  async wait<T>(maxWaitMs: number, clock: Clock, signal: AbortSignal, answer: () => T): Promise<T | null> {
    const isWanted = await new Promise<boolean>(resolve => {
      const timer = clock.setTimeout(() => this.end?.(true), maxWaitMs);
      const abort = (): void => this.end?.(false);
      this.end = outcome => {
        this.end = undefined;
        timer.clear();
        signal.removeEventListener('abort', abort);
        for (const partition of this.partitions) partition.unwatch(this);
        resolve(outcome);
      };
      signal.addEventListener('abort', abort);
      for (const partition of this.partitions) partition.watch(this);
    });
    return isWanted ? answer() : null;
  }

  appended(bytes: number, stableBytes: number): void {
    this.missingBytes -= this.isCommittedOnly ? stableBytes : bytes;
    if (this.missingBytes <= 0) this.end?.(true);
  }

  leaderChanged(): void {
    this.end?.(true);
  }

  removed(): void {
    this.end?.(true);
  }
}
