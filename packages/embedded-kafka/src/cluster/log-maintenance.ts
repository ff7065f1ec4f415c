import type { Clock, Timer } from '../clock.js';
import type { ClusterListener } from './cluster-listener.js';
import type { Cluster } from './cluster.js';
import type { TopicConfigs } from './topic-configs.js';
import type { Topic } from './topic.js';

/** Kafka's `log.retention.check.interval.ms`: the longest that something which has expired stays. */
const LONGEST_PAUSE_MS = 300_000;
/** Kafka's `log.cleaner.backoff.ms`: how often it is looked for something to compact. */
const CLEANER_BACKOFF_MS = 15_000;
/** Keeps a short retention from making the broker busy. */
const SHORTEST_PAUSE_MS = 1_000;

/**
 * Does with time what Kafka's background threads do. One timer runs between two rounds, after `close` none. It fires when
 * something is going to expire, or at least as often as the
 * shortest retention says, and as Kafka's cleaner looks for work.
 */
export class LogMaintenance implements ClusterListener {
  private timer: Timer | undefined;
  private due = Infinity;
  private isClosed = false;

  constructor(
    private readonly clock: Clock,
    private readonly cluster: Cluster,
  ) {
    cluster.listeners.add(this);
    this.arm(LONGEST_PAUSE_MS);
  }

  /** Deletes everything that has expired. */
  applyRetention(): void {
    const now = this.clock.now();
    for (const { partitions } of this.cluster.topics) {
      for (const { log } of partitions) log.applyRetention(now);
    }
  }

  /** Compacts a topic as far as it can be, whatever its configuration says of when. */
  compact({ partitions }: Topic): void {
    const now = this.clock.now();
    for (const { log } of partitions) log.compact(now);
  }

  /** To be called when a configuration has changed: it counts at once. */
  configsChanged(): void {
    this.round();
  }

  topicChanged({ configs }: Topic): void {
    this.arm(shortestPause(configs));
  }

  topicDeleted(): void {
    // Whatever was due for it is found to be nothing.
  }

  close(): void {
    this.isClosed = true;
    this.timer?.clear();
  }

  private round(): void {
    this.timer?.clear();
    this.due = Infinity;
    const now = this.clock.now();
    let pause = LONGEST_PAUSE_MS;
    for (const { partitions, configs } of this.cluster.topics) {
      pause = Math.min(pause, shortestPause(configs));
      for (const { log } of partitions) {
        log.applyRetention(now);
        log.compactIfDirty(now);
        pause = Math.min(pause, log.nextExpiry - now);
      }
    }
    this.arm(pause);
  }

  /** Makes sure that a round comes within so many milliseconds. */
  private arm(ms: number): void {
    const pause = Math.min(Math.max(ms, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
    const due = this.clock.now() + pause;
    if (this.isClosed || due >= this.due) return;
    this.timer?.clear();
    this.due = due;
    this.timer = this.clock.setTimeout(() => this.round(), pause);
  }
}

/** What comes in next may expire as soon as this. */
function shortestPause({ isDeleted, isCompacted, retentionMs }: TopicConfigs): number {
  return Math.min(isCompacted ? CLEANER_BACKOFF_MS : Infinity, isDeleted && retentionMs >= 0 ? retentionMs : Infinity);
}
