import type { AppendRefusal } from '../log/batch-validation.js';
import { PartitionLog, type AppendResult } from '../log/partition-log.js';
import type { TopicConfigs } from './topic-configs.js';

/** Is told when a partition that it watches has changed. */
export interface PartitionWatcher {
  /** `bytes` were appended. */
  appended(bytes: number): void;
  /** The partition is gone. */
  removed(): void;
}

/** One partition as its leader sees it. */
export class Partition {
  readonly log: PartitionLog;
  /** Rises when leadership moves. */
  leaderEpoch = 0;
  private readonly watchers = new Set<PartitionWatcher>();

  constructor(
    readonly topic: string,
    readonly index: number,
    readonly leaderId: number,
    /** Node ids, the preferred leader first. */
    readonly replicas: readonly number[],
    configs: TopicConfigs,
  ) {
    this.log = new PartitionLog(configs);
  }

  /** The in-sync replicas: all of them, since nothing is replicated in memory. */
  get isr(): readonly number[] {
    return this.replicas;
  }

  append(records: Buffer | null, now: number): AppendResult | AppendRefusal {
    const result = this.log.append(records, this.leaderEpoch, now);
    if ('bytes' in result && result.bytes > 0) {
      for (const watcher of this.watchers) watcher.appended(result.bytes);
    }
    return result;
  }

  watch(watcher: PartitionWatcher): void {
    this.watchers.add(watcher);
  }

  unwatch(watcher: PartitionWatcher): void {
    this.watchers.delete(watcher);
  }

  /** Wakes everyone who waits for records that will never come. */
  remove(): void {
    for (const watcher of this.watchers) watcher.removed();
    this.watchers.clear();
  }
}
