/** Where Kafka keeps committed offsets. There is no such topic here, but transactions show it among their partitions. */
export const OFFSETS_TOPIC = '__consumer_offsets';
/** Kafka's default of `offsets.topic.num.partitions`. */
const OFFSETS_PARTITIONS = 50;

/** The partition of the offsets topic that a group's offsets belong to: Java's hash of the name decides. */
export function offsetsPartitionOf(groupId: string): number {
  let hash = 0;
  for (let index = 0; index < groupId.length; index++) {
    hash = (Math.imul(31, hash) + groupId.charCodeAt(index)) | 0;
  }
  return (hash & 0x7fffffff) % OFFSETS_PARTITIONS;
}
