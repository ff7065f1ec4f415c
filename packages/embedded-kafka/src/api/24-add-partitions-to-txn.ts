import { ErrorCode } from '../protocol/errors.js';
import {
  addPartitionsToTxnCodec,
  type AddPartitionsToTxnRequest,
} from '../protocol/generated/add-partitions-to-txn.js';
import type { AddPartitionsToTxnTopicResultInit } from '../protocol/generated/add-partitions-to-txn-response.js';
import { defineApi, type RequestContext } from './api.js';
import { forVersion } from './producer-fenced.js';

type AskedTransaction = AddPartitionsToTxnRequest['transactions'][number];
type AskedTopics = AskedTransaction['topics'];

/**
 * AddPartitionsToTxn, v0-5.
 *
 * - The first partition begins the transaction. All are added or none: if one does not exist, the others are
 *   OPERATION_NOT_ATTEMPTED.
 * - v4+ several transactions at a time, each for adding or only for asking whether the partitions are there (KIP-890),
 *   which is TRANSACTION_ABORTABLE if they are not. Kafka keeps these versions for brokers, but some clients send them.
 * - v0-1 say INVALID_PRODUCER_EPOCH for PRODUCER_FENCED.
 */
export const addPartitionsToTxn = defineApi(addPartitionsToTxnCodec, {
  handle(request, context) {
    if (context.version >= 4) {
      return {
        resultsByTransaction: request.transactions.map(transaction => ({
          transactionalId: transaction.transactionalId,
          topicResults: answer(transaction, context),
        })),
      };
    }
    const transaction = {
      transactionalId: request.v3AndBelowTransactionalId,
      producerId: request.v3AndBelowProducerId,
      producerEpoch: request.v3AndBelowProducerEpoch,
      verifyOnly: false,
      topics: request.v3AndBelowTopics,
    };
    return { resultsByTopicV3AndBelow: answer(transaction, context) };
  },
});

function answer(transaction: AskedTransaction, context: RequestContext): AddPartitionsToTxnTopicResultInit[] {
  const { cluster, transactions } = context.broker;
  const { topics, verifyOnly } = transaction;
  const exists = (topic: string, partition: number): boolean => cluster.partition(topic, partition) !== undefined;
  if (topics.some(({ name, partitions }) => partitions.some(partition => !exists(name, partition)))) {
    return results(topics, (topic, partition) =>
      exists(topic, partition) ? ErrorCode.OPERATION_NOT_ATTEMPTED : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    );
  }
  if (verifyOnly) {
    return results(topics, (topic, partition) => transactions.verifyPartition(transaction, topic, partition));
  }
  const partitions = topics.flatMap(topic => topic.partitions.map(partition => [topic.name, partition] as const));
  const errorCode = forVersion(transactions.addPartitions(transaction, partitions), context.version);
  return results(topics, () => errorCode);
}

function results(
  topics: AskedTopics,
  errorOf: (topic: string, partition: number) => number,
): AddPartitionsToTxnTopicResultInit[] {
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map(partition => ({
      partitionIndex: partition,
      partitionErrorCode: errorOf(name, partition),
    })),
  }));
}
