import type { BrokerConfigs } from './broker-configs.js';
import { ConfigSource, type ConfigSynonym } from './config-source.js';
import { topicConfigTable, type TopicConfigFact } from './topic-config-table.js';
import type { TopicConfigs } from './topic-configs.js';

export interface ConfigEntry {
  readonly fact: TopicConfigFact;
  readonly value: string;
  /** One of `ConfigSource`. */
  readonly source: number;
  readonly synonyms: readonly ConfigSynonym[];
}

/** A topic's whole configuration, defaults included. */
export function configEntries(configs: TopicConfigs, brokerConfigs: BrokerConfigs): ConfigEntry[] {
  return topicConfigTable.map(fact => {
    const synonyms = synonymsOf(fact, configs, brokerConfigs);
    const source = synonyms[0]?.source ?? ConfigSource.default;
    return { fact, value: configs.value(fact.name), source, synonyms };
  });
}

function synonymsOf(
  { name, default: value, brokerSynonym }: TopicConfigFact,
  { overrides }: TopicConfigs,
  brokerConfigs: BrokerConfigs,
): ConfigSynonym[] {
  const synonyms = brokerConfigs.topicSynonyms(name);
  const override = overrides.get(name);
  if (override !== undefined) synonyms.unshift({ name, value: override, source: ConfigSource.dynamicTopic });
  if (brokerSynonym) synonyms.push({ name: brokerSynonym, value, source: ConfigSource.default });
  return synonyms;
}
