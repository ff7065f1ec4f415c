import { brokerConfigFacts, type BrokerConfigFact } from './broker-config-table.js';
import { ConfigSource, type ConfigSynonym } from './config-source.js';
import type { TopicConfigDefaults } from './topic-configs.js';
import { topicConfigTable } from './topic-config-table.js';

/** Broker configurations that are topic configurations' defaults, although DescribeConfigs does not call them synonyms. */
const sinceUnitsDiffer: ReadonlyMap<string, string> = new Map([
  ['retention.ms', 'log.retention.ms'],
  ['segment.ms', 'log.roll.ms'],
  ['segment.jitter.ms', 'log.roll.jitter.ms'],
  ['flush.ms', 'log.flush.interval.ms'],
]);

/** Name of the broker configuration that a topic configuration falls back to. */
const fallbacks: ReadonlyMap<string, string> = new Map([
  ...topicConfigTable.flatMap(({ name, brokerSynonym }) => (brokerSynonym ? [[name, brokerSynonym] as const] : [])),
  ...sinceUnitsDiffer,
]);

/** Takes effect on single brokers only: where they listen, and how they prove who they are. */
const PER_BROKER = /^(?:ssl\.|sasl\.|listeners$|listener\.security|principal\.builder)/;

export interface BrokerConfigEntry {
  readonly fact: BrokerConfigFact;
  readonly value: string | null;
  readonly source: number;
  /** Where the value could come from, the first that has one wins. */
  readonly synonyms: readonly ConfigSynonym[];
}

export type ConfigValues = ReadonlyMap<string, string>;

/** A broker, as far as its configuration goes. */
export interface ConfiguredNode {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

/**
 * The brokers' configurations, by Kafka's names: what was set for one broker, over what was set for all, over what the
 * broker was started with, over Kafka's default (KIP-226).
 */
export class BrokerConfigs implements TopicConfigDefaults {
  private readonly ofNodes = new Map<number, ConfigValues>();
  private ofAll: ConfigValues;

  /** `topicDefaults`: those that all brokers were started with, and topics take their defaults from. */
  constructor(
    private readonly started: (node: ConfiguredNode) => ConfigValues,
    private readonly onChange: (nodeId: number | undefined, values: ConfigValues) => void = () => undefined,
    private readonly topicDefaults: ConfigValues = new Map(),
  ) {
    // As in a new cluster of Kafka's, which has it here and not by default (KIP-966).
    this.ofAll = new Map([['min.insync.replicas', topicDefaults.get('min.insync.replicas') ?? '1']]);
  }

  /** What was set while running, for one broker or, with undefined, for all. */
  dynamic(nodeId: number | undefined): ConfigValues {
    return nodeId === undefined ? this.ofAll : (this.ofNodes.get(nodeId) ?? new Map());
  }

  setDynamic(nodeId: number | undefined, values: ConfigValues): void {
    if (nodeId === undefined) this.ofAll = values;
    else this.ofNodes.set(nodeId, values);
    this.onChange(nodeId, values);
  }

  entries(node: ConfiguredNode): BrokerConfigEntry[] {
    const started = this.started(node);
    return Array.from(brokerConfigFacts().values(), fact => {
      const synonyms = this.synonymsOf(fact.name, node.id, started);
      const [first] = synonyms;
      return { fact, value: first?.value ?? null, source: first?.source ?? ConfigSource.default, synonyms };
    });
  }

  /** What was set for all brokers, and nothing else. */
  entriesOfAll(): BrokerConfigEntry[] {
    return Array.from(this.ofAll).flatMap(([name, value]) => {
      const fact = brokerConfigFacts().get(name);
      const source = ConfigSource.dynamicDefault;
      return fact ? [{ fact, value, source, synonyms: [{ name, value, source }] }] : [];
    });
  }

  topicDefault(name: string): string | undefined {
    const [first] = this.topicSynonyms(name);
    return first?.value;
  }

  /** Broker configurations that were set and stand in for a topic configuration, those that count most first. */
  topicSynonyms(name: string): ConfigSynonym[] {
    const fallback = fallbacks.get(name);
    if (fallback === undefined) return [];
    const found: ConfigSynonym[] = [];
    // All logs are in one place here, whoever leads them: what one broker was told counts for them.
    for (const values of this.ofNodes.values()) {
      const value = values.get(fallback);
      if (value !== undefined) found.push({ name: fallback, value, source: ConfigSource.dynamicBroker });
    }
    const value = this.ofAll.get(fallback);
    if (value !== undefined) found.push({ name: fallback, value, source: ConfigSource.dynamicDefault });
    const started = this.topicDefaults.get(fallback);
    if (started !== undefined) found.push({ name: fallback, value: started, source: ConfigSource.staticBroker });
    return found;
  }

  private synonymsOf(name: string, nodeId: number, started: ConfigValues): ConfigSynonym[] {
    const candidates: readonly (readonly [string | null | undefined, number])[] = [
      [this.ofNodes.get(nodeId)?.get(name), ConfigSource.dynamicBroker],
      [this.ofAll.get(name), ConfigSource.dynamicDefault],
      [started.get(name), ConfigSource.staticBroker],
      [brokerConfigFacts().get(name)?.default, ConfigSource.default],
    ];
    return candidates.flatMap(([value, source]) =>
      value === undefined || value === null ? [] : [{ name, value, source }],
    );
  }
}

/** Why a broker configuration cannot be altered while it runs; undefined if it can, or if Kafka does not know it. */
export function dynamicConfigFault(name: string, isForAll: boolean): string | undefined {
  const fact = brokerConfigFacts().get(name);
  if (fact && !fact.isDynamic) return `${name} cannot be altered while the broker runs: start it with another value.`;
  if (isForAll && PER_BROKER.test(name)) return `${name} cannot be altered for all brokers: name one.`;
  return undefined;
}
