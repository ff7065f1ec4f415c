export { type KafkaCluster, startKafka, type StartKafkaOptions } from './cluster.ts';
export type { KafkaNode } from './kafka-node.ts';
export { type ClusterView, fetchMetadata } from './metadata-probe.ts';
