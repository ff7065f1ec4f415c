import type { ConfigTypeName } from './topic-config-table.js';

export interface BrokerConfig {
  readonly name: string;
  readonly type: ConfigTypeName;
  readonly value: string;
}

export interface BrokerConfigValues {
  readonly autoCreateTopics: boolean;
  readonly defaultPartitions: number;
}

const config = (name: string, type: ConfigTypeName, value: unknown): BrokerConfig => ({
  name,
  type,
  value: String(value),
});

/** The broker configurations that are obeyed here, by Kafka's names. */
export function brokerConfigs({ autoCreateTopics, defaultPartitions }: BrokerConfigValues): BrokerConfig[] {
  return [
    config('auto.create.topics.enable', 'boolean', autoCreateTopics),
    config('num.partitions', 'int', defaultPartitions),
    config('default.replication.factor', 'int', 1),
    config('delete.topic.enable', 'boolean', true),
  ];
}
