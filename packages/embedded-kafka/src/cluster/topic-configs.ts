import type { LogConfigs } from '../log/log-configs.js';
import { configFault } from './config-value.js';
import { topicConfigFact } from './topic-config-table.js';

/** Where a topic's configuration takes what was not set for the topic: the broker's own defaults, or else Kafka's. */
export interface TopicConfigDefaults {
  /** Undefined if the broker has nothing of its own to say. */
  topicDefault(name: string): string | undefined;
}

const noDefaults: TopicConfigDefaults = { topicDefault: () => undefined };

/** A topic's configuration: what was set for it, over the broker's defaults. It changes in place, and at once. */
export class TopicConfigs implements LogConfigs {
  maxMessageBytes = 0;
  timestampAfterMaxMs = 0;
  timestampBeforeMaxMs = 0;
  logAppendTime = false;
  requiresKeys = false;
  minInsyncReplicas = 0;
  segmentBytes = 0;
  segmentMs = 0;
  isDeleted = true;
  isCompacted = false;
  retentionMs = 0;
  retentionBytes = 0;
  deleteRetentionMs = 0;
  minCompactionLagMs = 0;
  maxCompactionLagMs = 0;
  minCleanableDirtyRatio = 0;
  private values: ReadonlyMap<string, string>;

  /** `overrides`: checked by `topicConfigFaults` before. */
  constructor(
    overrides: ReadonlyMap<string, string>,
    private readonly defaults: TopicConfigDefaults = noDefaults,
  ) {
    this.values = overrides;
    this.refresh();
  }

  /** What was set for this topic. */
  get overrides(): ReadonlyMap<string, string> {
    return this.values;
  }

  /** Puts others, which were checked, in the place of what was set for this topic. */
  replace(overrides: ReadonlyMap<string, string>): void {
    this.values = overrides;
    this.refresh();
  }

  /** To be called when the defaults have changed. */
  refresh(): void {
    const policies = this.value('cleanup.policy').split(',');
    this.isDeleted = policies.some(policy => policy.trim() === 'delete');
    this.isCompacted = policies.some(policy => policy.trim() === 'compact');
    this.requiresKeys = this.isCompacted;
    this.maxMessageBytes = this.number('max.message.bytes');
    this.timestampAfterMaxMs = this.number('message.timestamp.after.max.ms');
    this.timestampBeforeMaxMs = this.number('message.timestamp.before.max.ms');
    this.logAppendTime = this.value('message.timestamp.type') === 'LogAppendTime';
    this.minInsyncReplicas = this.number('min.insync.replicas');
    this.segmentBytes = this.number('segment.bytes');
    this.segmentMs = this.number('segment.ms');
    this.retentionMs = this.number('retention.ms');
    this.retentionBytes = this.number('retention.bytes');
    this.deleteRetentionMs = this.number('delete.retention.ms');
    this.minCompactionLagMs = this.number('min.compaction.lag.ms');
    this.maxCompactionLagMs = this.number('max.compaction.lag.ms');
    this.minCleanableDirtyRatio = this.number('min.cleanable.dirty.ratio');
  }

  /** @throws TypeError if there is no such topic configuration */
  value(name: string): string {
    const value = this.values.get(name) ?? this.defaults.topicDefault(name) ?? topicConfigFact(name)?.default;
    if (value === undefined) throw new TypeError(`There is no topic configuration named ${name}`);
    return value;
  }

  private number(name: string): number {
    return Number(this.value(name));
  }
}

/** What is wrong with the configuration of a topic that is to be created; empty if nothing is. */
export function topicConfigFaults(configs: Iterable<readonly [name: string, value: string | null]>): string[] {
  const faults: string[] = [];
  for (const [name, value] of configs) {
    const fact = topicConfigFact(name);
    if (fact === undefined) faults.push(`Unknown topic config name: ${name}`);
    else if (value === null) faults.push(`Null value not supported for topic configs: ${name}`);
    else if (configFault(fact, value)) faults.push(`Invalid value ${value} for configuration ${name}`);
  }
  return faults;
}
