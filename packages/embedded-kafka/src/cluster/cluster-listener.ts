import type { Partition } from './partition.js';
import type { Topic } from './topic.js';

/** Is told of what a cluster has, after it has changed. */
export interface ClusterListener {
  /** A topic is new, or has other configurations or more partitions than before. */
  topicChanged(topic: Topic): void;
  topicDeleted(topic: Topic): void;
  /** A partition has other replicas, another reassignment or another leader epoch than before. */
  replicasChanged?(topic: Topic, partition: Partition): void;
}
