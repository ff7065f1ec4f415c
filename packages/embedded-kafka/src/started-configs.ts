import type { ConfiguredNode, ConfigValues } from './cluster/broker-configs.js';
import type { ResolvedOptions } from './options/resolved-options.js';

/** What a broker was started with, by Kafka's names: DescribeConfigs tells it. */
export function startedConfigs({ id, host, port }: ConfiguredNode, options: ResolvedOptions): ConfigValues {
  const listener = `PLAINTEXT://${host}:${port}`;
  const { values } = options.properties;
  const tellsAutoCreate = !options.autoCreateTopics || values.has('auto.create.topics.enable');
  return new Map([
    ...values,
    ['process.roles', 'broker,controller'],
    ['node.id', String(id)],
    ['broker.id', String(id)],
    ['listeners', listener],
    ['advertised.listeners', listener],
    ...(tellsAutoCreate ? ([['auto.create.topics.enable', String(options.autoCreateTopics)]] as const) : []),
    ['num.partitions', String(options.defaultPartitions)],
    ['default.replication.factor', String(options.defaultReplicationFactor)],
    ['group.initial.rebalance.delay.ms', String(options.groupInitialRebalanceDelayMs)],
    ['group.min.session.timeout.ms', String(options.groupMinSessionTimeoutMs)],
  ]);
}
