import { coordinatorPartitionOf } from '../cluster/coordinator-partitions.js';

/** Where Kafka keeps committed offsets. There is no such topic here, but transactions show it among their partitions. */
export const OFFSETS_TOPIC = '__consumer_offsets';

/** The partition of the offsets topic that a group's offsets belong to. */
export const offsetsPartitionOf = (groupId: string): number => coordinatorPartitionOf(groupId);
