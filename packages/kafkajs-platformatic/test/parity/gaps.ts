/** What kafkajs 2.2.4 exports and this package does not, each with its reason; the root GAPS.md says the same in prose. */
export interface ParityGap {
  /** As exported, or "Class.member". */
  readonly name: string;
  readonly reason: string;
}

const INSIDE =
  "a type of KafkaJS's inside that its runtime does not export; only partition assigners meet the object, and they get findTopicPartitionMetadata";

export const MISSING_TYPES: readonly ParityGap[] = [
  { name: 'ApiVersions', reason: INSIDE },
  { name: 'Broker', reason: INSIDE },
  { name: 'BrokerMetadata', reason: INSIDE },
  { name: 'Cluster', reason: INSIDE },
  { name: 'ConsumerGroup', reason: INSIDE },
  { name: 'CoordinatorMetadata', reason: INSIDE },
];

export const MISSING_VALUES: readonly ParityGap[] = [];

export const MISSING_MEMBERS: readonly ParityGap[] = [];
