import type { Clock, Timer } from '../clock.js';
import type { Cluster } from './cluster.js';

/** Kafka's `log.retention.check.interval.ms`: the longest that something which has expired stays. */
const LONGEST_PAUSE_MS = 300_000;
/** Keeps a short retention from making the broker busy. */
const SHORTEST_PAUSE_MS = 1_000;

/**
 * Does with time what Kafka's background threads do. Between two rounds one timer runs; it fires when something is going
 * to expire, as far as the last round could see. After `close` none runs.
 */
export class LogMaintenance {
  private timer: Timer | undefined;
  private isClosed = false;

  constructor(
    private readonly clock: Clock,
    private readonly cluster: Cluster,
  ) {
    this.arm(LONGEST_PAUSE_MS);
  }

  /** Deletes everything that has expired. */
  applyRetention(): void {
    const now = this.clock.now();
    for (const { partitions } of this.cluster.topics) {
      for (const { log } of partitions) log.applyRetention(now);
    }
  }

  /** To be called when a configuration has changed: it counts at once. */
  configsChanged(): void {
    this.round();
  }

  close(): void {
    this.isClosed = true;
    this.timer?.clear();
  }

  private round(): void {
    this.applyRetention();
    this.arm(this.nextExpiry() - this.clock.now());
  }

  private nextExpiry(): number {
    let next = Infinity;
    for (const { partitions } of this.cluster.topics) {
      for (const { log } of partitions) next = Math.min(next, log.nextExpiry);
    }
    return next;
  }

  private arm(ms: number): void {
    if (this.isClosed) return;
    this.timer?.clear();
    const pause = Math.min(Math.max(ms, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
    this.timer = this.clock.setTimeout(() => this.round(), pause);
  }
}
