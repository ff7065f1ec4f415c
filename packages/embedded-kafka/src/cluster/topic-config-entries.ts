import { topicConfigTable, type TopicConfigFact } from './topic-config-table.js';
import type { TopicConfigs } from './topic-configs.js';

/** Where a value comes from, with its code in DescribeConfigs. */
export const ConfigSource = { dynamicTopic: 1, staticBroker: 4, default: 5 } as const;

export interface ConfigEntry {
  readonly fact: TopicConfigFact;
  readonly value: string;
  /** One of `ConfigSource`. */
  readonly source: number;
}

/** A topic's whole configuration, defaults included. */
export function configEntries(configs: TopicConfigs): ConfigEntry[] {
  return topicConfigTable.map(fact => ({
    fact,
    value: configs.value(fact.name),
    source: configs.overrides.has(fact.name) ? ConfigSource.dynamicTopic : ConfigSource.default,
  }));
}
