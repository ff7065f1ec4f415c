import type { PartitionMetadata } from '../../cluster/cluster-metadata.js';
import type { Message } from '../../codec/kafka-message.js';

export interface PartitionerArgs {
  topic: string;
  partitionMetadata: PartitionMetadata[];
  message: Message;
}

/** KafkaJS's contract: called once for each producer, then for each message. */
export type ICustomPartitioner = () => (args: PartitionerArgs) => number;
