import { checkLeader } from '../cluster/leader-epoch.js';
import type { Cluster } from '../cluster/cluster.js';
import { ErrorCode } from '../protocol/errors.js';
import { deleteRecordsCodec } from '../protocol/generated/delete-records.js';
import type { DeleteRecordsPartition, DeleteRecordsTopic } from '../protocol/generated/delete-records-request.js';
import type { DeleteRecordsPartitionResultInit } from '../protocol/generated/delete-records-response.js';
import { defineApi } from './api.js';

const UNKNOWN = -1n;

/**
 * DeleteRecords, v0-2 (KIP-107).
 *
 * - Moves a partition's log start offset up to the given one, -1 for its high watermark. It never moves down: a lower
 *   offset is no error and changes nothing. The answer has the log start offset that resulted.
 * - Only the leader does it; any other node is NOT_LEADER_OR_FOLLOWER.
 * - What is above the high watermark, or below -1, is OFFSET_OUT_OF_RANGE.
 */
export const deleteRecords = defineApi(deleteRecordsCodec, {
  handle({ topics }, { broker, node }) {
    return {
      topics: topics.filter(hasPartitions).map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(partition => deleteBefore(name, partition, broker.cluster, node.id)),
      })),
    };
  },
});

/** As in Kafka, a topic without partitions is left out of the answer. */
function hasPartitions({ partitions }: DeleteRecordsTopic): boolean {
  return partitions.length > 0;
}

function deleteBefore(
  topic: string,
  { partitionIndex, offset }: DeleteRecordsPartition,
  cluster: Cluster,
  nodeId: number,
): DeleteRecordsPartitionResultInit {
  const partition = cluster.partition(topic, partitionIndex);
  if (!partition) {
    return { partitionIndex, lowWatermark: UNKNOWN, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION };
  }
  const errorCode = checkLeader(partition, nodeId) || partition.deleteRecords(Number(offset));
  const lowWatermark = errorCode === ErrorCode.NONE ? BigInt(partition.log.startOffset) : UNKNOWN;
  return { partitionIndex, lowWatermark, errorCode };
}
