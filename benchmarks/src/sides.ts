import type { ContestantName } from './contestants.js';

/** One of the two that are compared: a contestant on a ground. */
export interface Side {
  readonly name: string;
  readonly contestant: ContestantName;
  readonly brokers: string[];
}

/** What is compared with what. The baseline first: every figure is shown as a ratio to its figure of the same round. */
export type Sides = readonly [baseline: Side, ours: Side];

export const builtInAndOurs = (brokers: string[]): Sides => [
  { name: 'built-in', contestant: 'built-in', brokers },
  { name: 'nest-kafka', contestant: 'nest-kafka', brokers },
];

/** What the Nest layer costs. */
export const engineAndOurs = (brokers: string[]): Sides => [
  { name: 'bare engine', contestant: 'engine', brokers },
  { name: 'nest-kafka', contestant: 'nest-kafka', brokers },
];

/** The same client on both brokers. */
export const kafkaAndEmbedded = (kafka: string[], embedded: string[]): Sides => [
  { name: 'Apache Kafka', contestant: 'nest-kafka', brokers: kafka },
  { name: 'embedded-kafka', contestant: 'nest-kafka', brokers: embedded },
];
