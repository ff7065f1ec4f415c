import { setTimeout as wait } from 'node:timers/promises';
import type { IntegrityCluster } from './integrity-cluster.js';

/** Milliseconds between two looks. */
const EVERY = 200;

/**
 * Watches what a group has committed. An offset that goes back was committed by a member that no longer owned the
 * partition: who owns it begins at what is committed.
 */
export class OffsetWatch {
  /** `topic[partition]: from -> to`, of each that went back. */
  readonly setBack: string[] = [];
  private readonly latest = new Map<string, number>();
  private readonly ended = new AbortController();
  private watching: Promise<void> | undefined;

  constructor(
    private readonly cluster: IntegrityCluster,
    private readonly groupId: string,
    private readonly topics: readonly string[],
    private readonly every = EVERY,
  ) {}

  start(): void {
    this.watching = this.cluster.withAdmin(async admin => {
      while (!this.ended.signal.aborted) {
        const committed = await admin.fetchOffsets({ groupId: this.groupId, topics: [...this.topics] });
        for (const { topic, partitions } of committed) {
          partitions.forEach(({ partition, offset }) => this.see(`${topic}[${partition}]`, Number(offset)));
        }
        await wait(this.every);
      }
    });
  }

  /** How many partitions something was committed of. */
  async end(): Promise<number> {
    this.ended.abort();
    await this.watching;
    return this.latest.size;
  }

  private see(partition: string, offset: number): void {
    const before = this.latest.get(partition);
    if (before !== undefined && offset < before) {
      this.setBack.push(`${partition}: ${before} -> ${offset}`);
    }
    if (offset >= 0) {
      this.latest.set(partition, offset);
    }
  }
}
