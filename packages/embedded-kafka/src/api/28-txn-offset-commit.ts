import { ErrorCode } from '../protocol/errors.js';
import { txnOffsetCommitCodec, type TxnOffsetCommitRequest } from '../protocol/generated/txn-offset-commit.js';
import { OFFSETS_TOPIC, offsetsPartitionOf } from '../txn/offsets-partition.js';
import { verify, type Verification } from '../txn/transaction-verification.js';
import { defineApi, type RequestContext } from './api.js';

type CommittedPartition = TxnOffsetCommitRequest['topics'][number]['partitions'][number];

/**
 * TxnOffsetCommit, v0-5.
 *
 * - The offsets come into force when the transaction is committed; until then OffsetFetch with requireStable waits for
 *   them. A group that does not exist is created.
 * - The group must have been added to the transaction (INVALID_TXN_STATE, or TRANSACTION_ABORTABLE in v4); v5 adds it.
 * - v2+ leader epoch. v3+ fenced by member, instance and generation as well, for producers that send them (KIP-447).
 */
export const txnOffsetCommit = defineApi(txnOffsetCommitCodec, {
  handle(request, context) {
    const isKnown = (topic: string, { partitionIndex }: CommittedPartition): boolean =>
      context.broker.cluster.partition(topic, partitionIndex) !== undefined;
    const anyKnown = request.topics.some(({ name, partitions }) => partitions.some(one => isKnown(name, one)));
    // As with OffsetCommit, nobody is asked if there is nothing to commit.
    const refusal = anyKnown ? begin(request, context) : ErrorCode.NONE;
    return {
      topics: request.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(partition => ({
          partitionIndex: partition.partitionIndex,
          errorCode: isKnown(name, partition)
            ? refusal || commit(request, context, name, partition)
            : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        })),
      })),
    };
  },
});

function begin(request: TxnOffsetCommitRequest, { broker, version }: RequestContext): number {
  const { groupId } = request;
  if (groupId === '') return ErrorCode.INVALID_GROUP_ID;
  const partition = [OFFSETS_TOPIC, offsetsPartitionOf(groupId)] as const;
  const errorCode = verify(broker.transactions, request, partition, verificationOf(version));
  return errorCode || broker.groups.offsets.beginTransactionalCommit(request);
}

function verificationOf(version: number): Verification {
  if (version >= 5) return 'adding';
  return version === 4 ? 'abortable' : 'strict';
}

function commit(
  { groupId, producerId }: TxnOffsetCommitRequest,
  { broker }: RequestContext,
  topic: string,
  partition: CommittedPartition,
): number {
  return broker.groups.offsets.commitInTransaction(groupId, producerId, topic, partition.partitionIndex, {
    offset: partition.committedOffset,
    leaderEpoch: partition.committedLeaderEpoch,
    metadata: partition.committedMetadata ?? '',
  });
}
