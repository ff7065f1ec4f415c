/** Partitions by topic id. A topic without partitions is not in it. */
export type PartitionMap = ReadonlyMap<string, ReadonlySet<number>>;

export type MutablePartitionMap = Map<string, Set<number>>;

/** Partitions by topic id, as messages have them. */
export interface TopicPartitions {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

export const NO_PARTITIONS: PartitionMap = new Map();

export function addPartition(map: MutablePartitionMap, topicId: string, partition: number): void {
  const partitions = map.get(topicId);
  if (partitions === undefined) map.set(topicId, new Set([partition]));
  else partitions.add(partition);
}

export function hasPartition(map: PartitionMap, topicId: string, partition: number): boolean {
  return map.get(topicId)?.has(partition) === true;
}

/** All of them, in no order that means anything. */
export function* partitionsOf(map: PartitionMap): Generator<[topicId: string, partition: number]> {
  for (const [topicId, partitions] of map) for (const partition of partitions) yield [topicId, partition];
}

export function samePartitions(one: PartitionMap, other: PartitionMap): boolean {
  if (one.size !== other.size) return false;
  for (const [topicId, partitions] of one) {
    const twin = other.get(topicId);
    if (twin?.size !== partitions.size || !partitions.isSubsetOf(twin)) return false;
  }
  return true;
}

/** Whether any of the listed partitions is in the map. */
export function includesAny(map: PartitionMap, listed: readonly TopicPartitions[]): boolean {
  return listed.some(({ topicId, partitions }) => partitions.some(one => hasPartition(map, topicId, one)));
}

/** Whether all of the listed partitions are in the map. */
export function includesAll(map: PartitionMap, listed: readonly TopicPartitions[]): boolean {
  return listed.every(({ topicId, partitions }) => {
    // A topic that is not in the map is not owned, even if it is listed without partitions: so does Kafka.
    return map.has(topicId) && partitions.every(one => hasPartition(map, topicId, one));
  });
}

export function toTopicPartitions(map: PartitionMap): TopicPartitions[] {
  return Array.from(map, ([topicId, partitions]) => ({ topicId, partitions: [...partitions].sort((a, b) => a - b) }));
}
