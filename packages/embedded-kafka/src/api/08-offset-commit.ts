import { ErrorCode } from '../protocol/errors.js';
import { offsetCommitCodec, type OffsetCommitRequest } from '../protocol/generated/offset-commit.js';
import { defineApi, type RequestContext } from './api.js';

type CommittedPartition = OffsetCommitRequest['topics'][number]['partitions'][number];

/**
 * OffsetCommit: v2-9
 *
 * Accepted from members of the current generation, except between the join and the sync phase, and without a member
 * (generation -1) while the group is empty; a group that does not exist is created by the latter.
 * - v2-4 carry a retention time: when it is over, and nobody needs the offset, it expires.
 * - Members of consumer groups (KIP-848) need v9 and their current epoch: STALE_MEMBER_EPOCH tells them to look for it.
 * - v6+ leader epoch. v7+ static members. v9 answers GROUP_ID_NOT_FOUND where older ones answer ILLEGAL_GENERATION.
 */
export const offsetCommit = defineApi(offsetCommitCodec, {
  handle(request, context) {
    const { broker, version } = context;
    const anyKnown = request.topics.some(({ name, partitions }) => partitions.some(one => isKnown(context, name, one)));
    // Kafka asks the group only if there is something to commit.
    const groupError = anyKnown
      ? broker.groups.offsets.beginCommit(
          { ...request, generationId: request.generationIdOrMemberEpoch },
          version >= 9 ? ErrorCode.GROUP_ID_NOT_FOUND : ErrorCode.ILLEGAL_GENERATION,
          version,
        )
      : ErrorCode.NONE;
    return {
      topics: request.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(partition => ({
          partitionIndex: partition.partitionIndex,
          errorCode: isKnown(context, name, partition)
            ? groupError || commit(context, request, name, partition)
            : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        })),
      })),
    };
  },
});

function isKnown({ broker }: RequestContext, topic: string, { partitionIndex }: CommittedPartition): boolean {
  return broker.cluster.partition(topic, partitionIndex) !== undefined;
}

function commit(
  { broker }: RequestContext,
  { groupId, retentionTimeMs }: OffsetCommitRequest,
  topic: string,
  partition: CommittedPartition,
): number {
  return broker.groups.offsets.commit(groupId, topic, partition.partitionIndex, {
    offset: partition.committedOffset,
    leaderEpoch: partition.committedLeaderEpoch,
    metadata: partition.committedMetadata ?? '',
    expiresAt: retentionTimeMs < 0n ? undefined : broker.clock.now() + Number(retentionTimeMs),
  });
}
