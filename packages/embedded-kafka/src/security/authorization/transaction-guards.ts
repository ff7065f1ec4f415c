import { ErrorCode } from '../../protocol/errors.js';
import { addOffsetsToTxnCodec } from '../../protocol/generated/add-offsets-to-txn.js';
import { addPartitionsToTxnCodec } from '../../protocol/generated/add-partitions-to-txn.js';
import { describeTransactionsCodec } from '../../protocol/generated/describe-transactions.js';
import { endTxnCodec } from '../../protocol/generated/end-txn.js';
import { initProducerIdCodec } from '../../protocol/generated/init-producer-id.js';
import { listTransactionsCodec } from '../../protocol/generated/list-transactions.js';
import { writeTxnMarkersCodec } from '../../protocol/generated/write-txn-markers.js';
import { Operation } from '../acl/acl-binding.js';
import type { Access } from '../acl/access.js';
import { each, filtered, inOrder, whole, type GuardEntry } from './guard.js';
import { refusedWith } from './group-guards.js';

const { READ, WRITE, DESCRIBE, ALTER, CLUSTER_ACTION, IDEMPOTENT_WRITE } = Operation;
const DENIED = ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
const CLUSTER_DENIED = ErrorCode.CLUSTER_AUTHORIZATION_FAILED;

interface OfTransaction {
  readonly transactionalId: string | null;
}
const mayWrite = (access: Access, { transactionalId }: OfTransaction): boolean =>
  transactionalId === null || access.transactionalId(WRITE, transactionalId);

interface OfPartitions {
  readonly name: string;
  readonly partitions: readonly number[];
}

/** Of one transaction all partitions are added or none. */
const notAdded = (topics: readonly OfPartitions[], access: Access) =>
  topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map(partitionIndex => ({
      partitionIndex,
      partitionErrorCode: access.topic(WRITE, name)
        ? ErrorCode.OPERATION_NOT_ATTEMPTED
        : ErrorCode.TOPIC_AUTHORIZATION_FAILED,
    })),
  }));

/** Who may write in transactions, and see them. */
export const transactionGuards: readonly GuardEntry[] = [
  inOrder(
    whole(initProducerIdCodec, mayWrite, refusedWith(initProducerIdCodec, DENIED)),
    whole(
      initProducerIdCodec,
      (access, { transactionalId }) =>
        transactionalId !== null || access.cluster(IDEMPOTENT_WRITE) || access.anyTopic(WRITE),
      refusedWith(initProducerIdCodec, CLUSTER_DENIED),
    ),
  ),
  [
    addPartitionsToTxnCodec.key,
    (request, access, context, handle) => {
      const { transactions, v3AndBelowTopics, v3AndBelowTransactionalId } = request as ReturnType<
        typeof addPartitionsToTxnCodec.request.read
      >;
      const isOfBrokers = context.version >= 4;
      if (isOfBrokers && !access.cluster(CLUSTER_ACTION)) {
        return { errorCode: CLUSTER_DENIED, resultsByTransaction: [], resultsByTopicV3AndBelow: [] };
      }
      if (!isOfBrokers && !access.transactionalId(WRITE, v3AndBelowTransactionalId)) {
        return refusedWith(addPartitionsToTxnCodec, DENIED)(request as never, context);
      }
      const topics = isOfBrokers ? transactions.flatMap(one => one.topics) : v3AndBelowTopics;
      if (topics.every(({ name }) => access.topic(WRITE, name))) return handle(request);
      return {
        resultsByTopicV3AndBelow: notAdded(v3AndBelowTopics, access),
        resultsByTransaction: transactions.map(one => ({
          transactionalId: one.transactionalId,
          topicResults: notAdded(one.topics, access),
        })),
      };
    },
  ] as const,
  inOrder(
    whole(addOffsetsToTxnCodec, mayWrite, refusedWith(addOffsetsToTxnCodec, DENIED)),
    whole(
      addOffsetsToTxnCodec,
      (access, { groupId }) => access.group(READ, groupId),
      refusedWith(addOffsetsToTxnCodec, ErrorCode.GROUP_AUTHORIZATION_FAILED),
    ),
  ),
  whole(endTxnCodec, mayWrite, refusedWith(endTxnCodec, DENIED)),
  whole(
    writeTxnMarkersCodec,
    access => access.cluster(ALTER) || access.cluster(CLUSTER_ACTION),
    ({ markers }) => ({
      markers: markers.map(({ producerId, topics }) => ({
        producerId,
        topics: topics.map(({ name, partitionIndexes }) => ({
          name,
          partitions: partitionIndexes.map(partitionIndex => ({ partitionIndex, errorCode: CLUSTER_DENIED })),
        })),
      })),
    }),
  ),
  inOrder(
    filtered(describeTransactionsCodec, (answer, access) => ({
      ...answer,
      transactionStates: answer.transactionStates.map(state => ({
        ...state,
        topics: state.topics.filter(({ topic }) => access.topic(DESCRIBE, topic)),
      })),
    })),
    each(describeTransactionsCodec, {
      itemsOf: ({ transactionalIds }) => transactionalIds,
      withItems: (request, transactionalIds) => ({ ...request, transactionalIds }),
      may: (access, id) => access.transactionalId(DESCRIBE, id),
      withRefused: (answer, refused) => ({
        ...answer,
        transactionStates: [
          ...answer.transactionStates,
          ...refused.map(transactionalId => ({
            errorCode: DENIED,
            transactionalId,
            transactionState: '',
            transactionTimeoutMs: 0,
            transactionStartTimeMs: 0n,
            producerId: 0n,
            producerEpoch: 0,
            topics: [],
          })),
        ],
      }),
    }),
  ),
  filtered(listTransactionsCodec, (answer, access) => ({
    ...answer,
    transactionStates: answer.transactionStates.filter(({ transactionalId }) =>
      access.transactionalId(DESCRIBE, transactionalId),
    ),
  })),
];
