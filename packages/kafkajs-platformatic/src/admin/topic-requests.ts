import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import type { ITopicConfig } from './admin-types.js';

/** One topic of a CreateTopics request. */
export interface CreatableTopic {
  readonly name: string;
  readonly numPartitions: number;
  readonly replicationFactor: number;
  readonly assignments: { partitionIndex: number; brokerIds: number[] }[];
  readonly configs: { name: string; value: string }[];
}

/** The broker's own default; KIP-464. */
const BROKER_DEFAULT = -1;

/** Checks a createTopics call before anything is sent. @throws KafkaJSNonRetriableError with every fault. */
export function toCreatableTopics(topics: readonly ITopicConfig[]): CreatableTopic[] {
  if (!isArray(topics)) {
    throw new KafkaJSNonRetriableError(`Invalid topics array ${String(topics)}`);
  }
  const faults: string[] = [];
  const names = new Set<string>();
  for (const [index, { topic, configEntries }] of topics.entries()) {
    if (typeof topic !== 'string' || topic === '') {
      faults.push(`entry ${index} has no valid topic name`);
    } else if (names.has(topic)) {
      faults.push(`it cannot have multiple entries for the same topic: "${topic}"`);
    }
    names.add(topic);
    faults.push(...configFaults(topic, configEntries));
  }
  if (faults.length > 0) {
    throw new KafkaJSNonRetriableError(`Invalid topics array, ${faults.join('; ')}`);
  }
  return topics.map(({ topic, numPartitions, replicationFactor, replicaAssignment = [], configEntries = [] }) => ({
    name: topic,
    // Assignments say both numbers; the protocol wants them left open then.
    numPartitions: replicaAssignment.length > 0 ? BROKER_DEFAULT : (numPartitions ?? BROKER_DEFAULT),
    replicationFactor: replicaAssignment.length > 0 ? BROKER_DEFAULT : (replicationFactor ?? BROKER_DEFAULT),
    assignments: replicaAssignment.map(({ partition, replicas }) => ({
      partitionIndex: partition,
      brokerIds: replicas,
    })),
    configs: configEntries.map(({ name, value }) => ({ name, value })),
  }));
}

function configFaults(topic: string, configEntries: unknown): string[] {
  if (configEntries == null) {
    return [];
  }
  if (!Array.isArray(configEntries)) {
    return [`configEntries for topic "${topic}" must be an array`];
  }
  return configEntries.flatMap((entry: unknown, index) => {
    const { name, value } = Object(entry) as { name?: unknown; value?: unknown };
    return typeof name === 'string' && typeof value === 'string'
      ? []
      : [`configEntries for topic "${topic}": entry ${index} must have a string "name" and "value"`];
  });
}

// The library's own guard turns a readonly array into one of `any`.
function isArray(value: unknown): boolean {
  return Array.isArray(value);
}
