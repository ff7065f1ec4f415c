import type { AllowedValues, ConfigTypeName, ValueRule } from './config-value.js';

export interface TopicConfigFact extends ValueRule {
  readonly name: string;
  readonly default: string;
  /** Name of the broker configuration that the default stands under, where DescribeConfigs tells it. */
  readonly brokerSynonym: string | undefined;
}

const fact = (
  name: string,
  type: ConfigTypeName,
  defaultValue: string,
  brokerSynonym?: string,
  allowed?: AllowedValues,
): TopicConfigFact => ({ name, type, default: defaultValue, brokerSynonym, allowed });

const LONG_MAX = '9223372036854775807';
const zeroUp = { min: 0 };
const minusOneUp = { min: -1 };
const minusTwoUp = { min: -2 };

/** The topic configurations of Apache Kafka 4.1 with their types, defaults and valid values, in the order that it lists them. */
export const topicConfigTable: readonly TopicConfigFact[] = [
  fact('compression.type', 'string', 'producer', 'compression.type', [
    'uncompressed',
    'zstd',
    'lz4',
    'snappy',
    'gzip',
    'producer',
  ]),
  fact('remote.log.delete.on.disable', 'boolean', 'false'),
  fact('leader.replication.throttled.replicas', 'list', ''),
  fact('remote.storage.enable', 'boolean', 'false'),
  fact('min.insync.replicas', 'int', '1', 'min.insync.replicas', { min: 1 }),
  fact('segment.jitter.ms', 'long', '0', undefined, zeroUp),
  fact('remote.log.copy.disable', 'boolean', 'false'),
  fact('local.retention.ms', 'long', '-2', 'log.local.retention.ms', minusTwoUp),
  fact('cleanup.policy', 'list', 'delete', 'log.cleanup.policy', ['compact', 'delete']),
  fact('flush.ms', 'long', LONG_MAX, undefined, zeroUp),
  fact('follower.replication.throttled.replicas', 'list', ''),
  fact('compression.lz4.level', 'int', '9', 'compression.lz4.level', { min: 1, max: 17 }),
  fact('segment.bytes', 'int', '1073741824', 'log.segment.bytes', { min: 1_048_576 }),
  fact('retention.ms', 'long', '604800000', undefined, minusOneUp),
  fact('compression.gzip.level', 'int', '-1', 'compression.gzip.level', { min: -1, max: 9 }),
  fact('flush.messages', 'long', LONG_MAX, 'log.flush.interval.messages', { min: 1 }),
  fact('compression.zstd.level', 'int', '3', 'compression.zstd.level', { min: -131_072, max: 22 }),
  fact('max.compaction.lag.ms', 'long', LONG_MAX, 'log.cleaner.max.compaction.lag.ms', { min: 1 }),
  fact('file.delete.delay.ms', 'long', '60000', 'log.segment.delete.delay.ms', zeroUp),
  fact('max.message.bytes', 'int', '1048588', 'message.max.bytes', zeroUp),
  fact('min.compaction.lag.ms', 'long', '0', 'log.cleaner.min.compaction.lag.ms', zeroUp),
  fact('message.timestamp.type', 'string', 'CreateTime', 'log.message.timestamp.type', ['CreateTime', 'LogAppendTime']),
  fact('local.retention.bytes', 'long', '-2', 'log.local.retention.bytes', minusTwoUp),
  fact('preallocate', 'boolean', 'false', 'log.preallocate'),
  fact('min.cleanable.dirty.ratio', 'double', '0.5', 'log.cleaner.min.cleanable.ratio', { min: 0, max: 1 }),
  fact('index.interval.bytes', 'int', '4096', 'log.index.interval.bytes', zeroUp),
  fact('unclean.leader.election.enable', 'boolean', 'false', 'unclean.leader.election.enable'),
  fact('retention.bytes', 'long', '-1', 'log.retention.bytes'),
  fact('delete.retention.ms', 'long', '86400000', 'log.cleaner.delete.retention.ms', zeroUp),
  fact('message.timestamp.after.max.ms', 'long', '3600000', 'log.message.timestamp.after.max.ms', zeroUp),
  fact('message.timestamp.before.max.ms', 'long', LONG_MAX, 'log.message.timestamp.before.max.ms', zeroUp),
  fact('segment.ms', 'long', '604800000', undefined, { min: 1 }),
  fact('segment.index.bytes', 'int', '10485760', 'log.index.size.max.bytes', { min: 4 }),
];

const byName = new Map(topicConfigTable.map(entry => [entry.name, entry]));

export function topicConfigFact(name: string): TopicConfigFact | undefined {
  return byName.get(name);
}
