import { checkLeader } from '../cluster/leader-epoch.js';
import type { Partition } from '../cluster/partition.js';
import { offsetForTimestamp, offsetOfMaxTimestamp, type TimestampedOffset } from '../log/offset-lookup.js';
import { ErrorCode } from '../protocol/errors.js';
import { listOffsetsCodec } from '../protocol/generated/list-offsets.js';
import type { ListOffsetsPartition } from '../protocol/generated/list-offsets-request.js';
import type { ListOffsetsPartitionResponseInit } from '../protocol/generated/list-offsets-response.js';
import { defineApi } from './api.js';

const READ_COMMITTED = 1;
/** Timestamps that stand for a place in the log. */
const LATEST = -1;
const EARLIEST = -2;
const MAX_TIMESTAMP = -3;
const EARLIEST_LOCAL = -4;
const LATEST_TIERED = -5;

/** First version that knows a special timestamp; an older one gets UNSUPPORTED_VERSION. */
const sinceVersion = new Map([
  [MAX_TIMESTAMP, 7],
  [EARLIEST_LOCAL, 8],
  [LATEST_TIERED, 9],
]);

/**
 * ListOffsets, v1-10.
 *
 * - Latest (-1), earliest (-2), the record with the highest timestamp (-3, v7+), earliest local (-4, v8+: the same as
 *   earliest, nothing is tiered), latest tiered (-5, v9+: none), or the first record of a time or later.
 * - Only the leader answers; any other node is NOT_LEADER_OR_FOLLOWER.
 * - A partition that is asked for twice in a request is INVALID_REQUEST.
 * - Nothing found: offset -1 and timestamp -1 without an error.
 * - read_committed (v2+): latest is the last stable offset, and a record from there on is not found.
 */
export const listOffsets = defineApi(listOffsetsCodec, {
  handle({ topics, isolationLevel }, { version, broker, node }) {
    const isCommitted = isolationLevel === READ_COMMITTED;
    return {
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: distinct(partitions).map(({ wanted, isAskedTwice }) =>
          isAskedTwice
            ? { partitionIndex: wanted.partitionIndex, errorCode: ErrorCode.INVALID_REQUEST }
            : listOffset(broker.cluster.partition(name, wanted.partitionIndex), wanted, node.id, version, isCommitted),
        ),
      })),
    };
  },
});

function distinct(partitions: readonly ListOffsetsPartition[]) {
  const byIndex = new Map<number, { wanted: ListOffsetsPartition; isAskedTwice: boolean }>();
  for (const wanted of partitions) {
    byIndex.set(wanted.partitionIndex, { wanted, isAskedTwice: byIndex.has(wanted.partitionIndex) });
  }
  return [...byIndex.values()];
}

function listOffset(
  partition: Partition | undefined,
  { partitionIndex, currentLeaderEpoch, timestamp }: ListOffsetsPartition,
  nodeId: number,
  version: number,
  isCommitted: boolean,
): ListOffsetsPartitionResponseInit {
  if (!partition) return { partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION };
  const errorCode = checkLeader(partition, nodeId, currentLeaderEpoch);
  if (errorCode !== ErrorCode.NONE) return { partitionIndex, errorCode };
  const at = Number(timestamp);
  if (at < LATEST_TIERED || version < (sinceVersion.get(at) ?? 0)) {
    return { partitionIndex, errorCode: ErrorCode.UNSUPPORTED_VERSION };
  }
  const { highWatermark, lastStableOffset } = partition;
  const found = lookUp(partition, at, isCommitted ? lastStableOffset : highWatermark);
  if (!found) return { partitionIndex, errorCode: ErrorCode.NONE };
  return {
    partitionIndex,
    errorCode: ErrorCode.NONE,
    timestamp: BigInt(found.timestamp),
    offset: BigInt(found.offset),
    leaderEpoch: found.leaderEpoch,
  };
}

/** `end`: where what the client may see ends. */
function lookUp({ log, leaderEpoch }: Partition, timestamp: number, end: number): TimestampedOffset | undefined {
  switch (timestamp) {
    case LATEST:
      return { offset: end, timestamp: -1, leaderEpoch };
    case EARLIEST:
    case EARLIEST_LOCAL:
      return { offset: log.startOffset, timestamp: -1, leaderEpoch };
    case MAX_TIMESTAMP:
      return below(end, offsetOfMaxTimestamp(log));
    case LATEST_TIERED:
      return undefined;
    default:
      return below(end, offsetForTimestamp(log, timestamp));
  }
}

const below = (end: number, found: TimestampedOffset | undefined): TimestampedOffset | undefined =>
  found !== undefined && found.offset < end ? found : undefined;
