import type { Cluster } from '../cluster/cluster.js';
import { createProtocolError } from '../errors/protocol-errors.js';
import { ListOffsetsApi } from '../wire/apis.js';

/** Timestamps with a meaning of their own in ListOffsets. */
export const LATEST = -1n;
export const EARLIEST = -2n;

export interface FoundOffset {
  readonly partition: number;
  /** -1 if no message is that young. */
  readonly offset: bigint;
}

/** Offsets of all partitions of a topic at a time, from their leaders; one attempt. Ascending by partition. */
export async function lookUpOffsets(cluster: Cluster, topic: string, timestamp: bigint): Promise<FoundOffset[]> {
  const byLeader = new Map<number, number[]>();
  for (const { partitionId, leader } of cluster.findTopicPartitionMetadata(topic)) {
    if (leader < 0) {
      throw createProtocolError(5, `Topic "${topic}", partition ${partitionId}`);
    }
    const partitions = byLeader.get(leader) ?? [];
    byLeader.set(leader, partitions);
    partitions.push(partitionId);
  }
  const found: FoundOffset[] = [];
  for (const [nodeId, partitions] of byLeader) {
    const response = await cluster.request(nodeId, 'default', ListOffsetsApi, -1, 0, [
      {
        name: topic,
        partitions: partitions.map(partitionIndex => ({ partitionIndex, currentLeaderEpoch: -1, timestamp })),
      },
    ]);
    for (const partition of response.topics.flatMap(entry => entry.partitions)) {
      if (partition.errorCode !== 0) {
        throw createProtocolError(partition.errorCode, `Topic "${topic}", partition ${partition.partitionIndex}`);
      }
      found.push({ partition: partition.partitionIndex, offset: partition.offset });
    }
  }
  return found.sort((a, b) => a.partition - b.partition);
}
