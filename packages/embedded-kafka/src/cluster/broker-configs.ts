import type { ConfigTypeName } from './config-value.js';

export interface BrokerConfig {
  readonly name: string;
  readonly type: ConfigTypeName;
  readonly value: string;
  /** Whether it is what Kafka has if nothing is said. */
  readonly isDefault: boolean;
}

export interface BrokerConfigValues {
  readonly autoCreateTopics: boolean;
  readonly defaultPartitions: number;
  readonly defaultReplicationFactor: number;
}

const config = (name: string, type: ConfigTypeName, value: unknown, usual: unknown): BrokerConfig => ({
  name,
  type,
  value: String(value),
  isDefault: value === usual,
});

/** The broker configurations that are obeyed here, by Kafka's names. */
export function brokerConfigs({
  autoCreateTopics,
  defaultPartitions,
  defaultReplicationFactor,
}: BrokerConfigValues): BrokerConfig[] {
  return [
    config('auto.create.topics.enable', 'boolean', autoCreateTopics, true),
    config('num.partitions', 'int', defaultPartitions, 1),
    config('default.replication.factor', 'int', defaultReplicationFactor, 1),
    config('delete.topic.enable', 'boolean', true, true),
  ];
}
