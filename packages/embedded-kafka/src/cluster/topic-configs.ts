import type { BatchLimits } from '../log/batch-validation.js';
import { topicConfigFact, type TopicConfigFact } from './topic-config-table.js';

const INT_MAX = 0x7fffffff;

/** A topic's configuration: what was set for it, over Kafka's defaults. */
export class TopicConfigs implements BatchLimits {
  readonly maxMessageBytes: number;
  readonly timestampAfterMaxMs: number;
  readonly timestampBeforeMaxMs: number;
  readonly logAppendTime: boolean;
  readonly requiresKeys: boolean;
  readonly minInsyncReplicas: number;

  /** `overrides`: checked by `topicConfigFaults` before. */
  constructor(readonly overrides: ReadonlyMap<string, string>) {
    this.maxMessageBytes = this.number('max.message.bytes');
    this.timestampAfterMaxMs = this.number('message.timestamp.after.max.ms');
    this.timestampBeforeMaxMs = this.number('message.timestamp.before.max.ms');
    this.logAppendTime = this.value('message.timestamp.type') === 'LogAppendTime';
    this.requiresKeys = this.value('cleanup.policy').includes('compact');
    this.minInsyncReplicas = this.number('min.insync.replicas');
  }

  /** @throws TypeError if there is no such topic configuration */
  value(name: string): string {
    const value = this.overrides.get(name) ?? topicConfigFact(name)?.default;
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
    else if (!isValid(fact, value)) faults.push(`Invalid value ${value} for configuration ${name}`);
  }
  return faults;
}

function isValid({ type, allowed }: TopicConfigFact, value: string): boolean {
  switch (type) {
    case 'boolean':
      return /^(?:true|false)$/i.test(value.trim());
    case 'string':
      return !isList(allowed) || allowed.includes(value);
    case 'list':
      return !isList(allowed) || (value !== '' && value.split(',').every(item => allowed.includes(item.trim())));
    case 'double':
      return value.trim() !== '' && isWithin(allowed, Number(value));
    default:
      if (!/^[+-]?\d+$/.test(value.trim())) return false;
      return (type === 'long' || Math.abs(Number(value)) <= INT_MAX) && isWithin(allowed, Number(value));
  }
}

function isList(allowed: TopicConfigFact['allowed']): allowed is readonly string[] {
  return Array.isArray(allowed);
}

function isWithin(allowed: TopicConfigFact['allowed'], value: number): boolean {
  if (Number.isNaN(value)) return false;
  if (allowed === undefined || isList(allowed)) return true;
  return value >= allowed.min && value <= (allowed.max ?? Infinity);
}
