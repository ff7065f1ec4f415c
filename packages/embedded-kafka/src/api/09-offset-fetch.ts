import type { OffsetStore } from '../group/offset-store.js';
import { ErrorCode } from '../protocol/errors.js';
import { offsetFetchCodec, type OffsetFetchResponse } from '../protocol/generated/offset-fetch.js';
import { defineApi } from './api.js';

type FetchedTopic = OffsetFetchResponse['topics'][number];
type FetchedPartition = FetchedTopic['partitions'][number];

/**
 * OffsetFetch: v1-9
 *
 * A partition without a committed offset, and every partition of a group that does not exist, has offset -1 and no error.
 * - v2+ null topics ask for all of the group's offsets. v5+ leader epoch. v8+ several groups at a time (KIP-709).
 * - v7+ requireStable: a partition whose offset an open transaction may change is UNSTABLE_OFFSET_COMMIT (KIP-447).
 * - v9 member id and epoch are those of a consumer group (KIP-848), which must be right; a classic group does not look.
 */
export const offsetFetch = defineApi(offsetFetchCodec, {
  handle(request, { version, broker }) {
    if (version < 8) {
      return {
        topics: fetchOffsets(broker.groups.offsets.of(request.groupId), request.topics, request.requireStable),
        errorCode: ErrorCode.NONE,
      };
    }
    return {
      groups: request.groups.map(({ groupId, topics, memberId, memberEpoch }) => {
        const errorCode = broker.groups.offsets.beginFetch(groupId, memberId, memberEpoch);
        if (errorCode !== ErrorCode.NONE) return { groupId, topics: [], errorCode };
        return {
          groupId,
          topics: fetchOffsets(broker.groups.offsets.of(groupId), topics, request.requireStable),
          errorCode,
        };
      }),
    };
  },
});

function fetchOffsets(
  offsets: OffsetStore | undefined,
  topics: readonly { readonly name: string; readonly partitionIndexes: readonly number[] }[] | null,
  requireStable: boolean,
): FetchedTopic[] {
  if (topics !== null) {
    return topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map(partitionIndex => fetched(offsets, name, partitionIndex, requireStable)),
    }));
  }
  return Array.from(offsets?.topics() ?? [], ([name, partitions]) => ({
    name,
    partitions: partitions.map(partitionIndex => fetched(offsets, name, partitionIndex, requireStable)),
  }));
}

function fetched(
  offsets: OffsetStore | undefined,
  topic: string,
  partitionIndex: number,
  requireStable: boolean,
): FetchedPartition {
  const isUnstable = requireStable && offsets?.pending.has(topic, partitionIndex) === true;
  const committed = isUnstable ? undefined : offsets?.get(topic, partitionIndex);
  return {
    partitionIndex,
    committedOffset: committed?.offset ?? -1n,
    committedLeaderEpoch: committed?.leaderEpoch ?? -1,
    metadata: committed?.metadata ?? '',
    errorCode: isUnstable ? ErrorCode.UNSTABLE_OFFSET_COMMIT : ErrorCode.NONE,
  };
}
