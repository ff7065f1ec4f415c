import { MAX_NODES } from '../cluster/broker-node.js';
import { topicConfigFaults } from '../cluster/topic-configs.js';
import { topicNameFault } from '../cluster/topic-name.js';
import { isIntegerWithin, show } from './option-values.js';

export const MAX_PARTITIONS = 10_000;

/** A topic to create. */
export interface TopicOptions {
  readonly name: string;
  /** Default: `defaultPartitions`. */
  readonly partitions?: number | undefined;
  /** Nodes that hold each partition. Default: `defaultReplicationFactor`. */
  readonly replicationFactor?: number | undefined;
  /** Kafka's topic configurations by name, e.g. `{ 'max.message.bytes': 2_000_000 }`. */
  readonly configs?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** Those to begin with; adds to `faults` what is wrong with them. */
export function resolveTopics(
  topics: readonly (string | TopicOptions)[] | undefined,
  faults: string[],
): TopicOptions[] {
  if (topics === undefined) return [];
  if (!Array.isArray(topics)) {
    faults.push(`topics must be an array of names or { name, partitions?, configs? }, got ${show(topics)}`);
    return [];
  }
  const resolved = (topics as readonly (string | TopicOptions)[]).map(toTopicOptions);
  const names = new Set<string>();
  for (const topic of resolved) {
    faults.push(...topicFaults(topic));
    if (names.has(topic.name)) faults.push(`topics has ${show(topic.name)} twice`);
    names.add(topic.name);
  }
  return resolved;
}

export function toTopicOptions(topic: string | TopicOptions): TopicOptions {
  return typeof topic === 'string' ? { name: topic } : topic;
}

/** Everything that is wrong with a topic's options. */
export function topicFaults({ name, partitions, replicationFactor, configs }: TopicOptions): string[] {
  if (typeof name !== 'string') return [`a topic's name must be a string, got ${show(name)}`];
  const faults: string[] = [];
  const nameFault = topicNameFault(name);
  if (nameFault) faults.push(`topic name: ${nameFault}`);
  if (partitions !== undefined && !(Number.isInteger(partitions) && partitions >= 1 && partitions <= MAX_PARTITIONS)) {
    faults.push(`partitions of topic ${name} must be an integer from 1 to ${MAX_PARTITIONS}, got ${show(partitions)}`);
  }
  if (replicationFactor !== undefined && !isIntegerWithin(replicationFactor, 1, MAX_NODES)) {
    faults.push(`replicationFactor of topic ${name} must be an integer from 1 on, got ${show(replicationFactor)}`);
  }
  faults.push(...topicConfigFaults(configPairs(configs)).map(fault => `configs of topic ${name}: ${fault}`));
  return faults;
}

export function configPairs(configs: TopicOptions['configs']): (readonly [string, string])[] {
  return Object.entries(configs ?? {}).map(([name, value]) => [name, String(value)] as const);
}
