import type { ConfigTypeName } from './config-value.js';

/** A configuration of a group or of a client metrics' subscription. */
export interface ResourceConfigFact {
  readonly name: string;
  readonly type: ConfigTypeName;
  readonly default: string;
  readonly allowed?: { readonly min: number; readonly max: number } | readonly string[];
}

const session = { type: 'int', default: '45000', allowed: { min: 45_000, max: 60_000 } } as const;
const heartbeat = { type: 'int', default: '5000', allowed: { min: 5_000, max: 15_000 } } as const;

/** What a group can have of its own (KIP-848, KIP-932, KIP-1071), with the bounds that brokers have by default. */
export const groupConfigTable: readonly ResourceConfigFact[] = [
  { name: 'consumer.session.timeout.ms', ...session },
  { name: 'consumer.heartbeat.interval.ms', ...heartbeat },
  { name: 'share.session.timeout.ms', ...session },
  { name: 'share.heartbeat.interval.ms', ...heartbeat },
  { name: 'share.record.lock.duration.ms', type: 'int', default: '30000', allowed: { min: 15_000, max: 60_000 } },
  { name: 'share.auto.offset.reset', type: 'string', default: 'latest' },
  {
    name: 'share.isolation.level',
    type: 'string',
    default: 'read_uncommitted',
    allowed: ['read_committed', 'read_uncommitted'],
  },
  { name: 'streams.session.timeout.ms', ...session },
  { name: 'streams.heartbeat.interval.ms', ...heartbeat },
  { name: 'streams.num.standby.replicas', type: 'int', default: '0', allowed: { min: 0, max: 2 } },
];

/** What a client metrics' subscription has (KIP-714). */
export const clientMetricsConfigTable: readonly ResourceConfigFact[] = [
  { name: 'metrics', type: 'list', default: '' },
  { name: 'interval.ms', type: 'int', default: '300000' },
  { name: 'match', type: 'list', default: '' },
];
