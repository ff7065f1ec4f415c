import type { Partition } from '../cluster/partition.js';
import { ErrorCode } from '../protocol/errors.js';
import { describeProducersCodec } from '../protocol/generated/describe-producers.js';
import type { ProducerStateInit } from '../protocol/generated/describe-producers-response.js';
import { defineApi } from './api.js';

/**
 * DescribeProducers, v0 (KIP-664).
 *
 * The idempotent and transactional producers that a partition knows, with their last sequence (-1 if the epoch was raised
 * and nothing written since) and where their open transaction starts (-1 if there is none).
 */
export const describeProducers = defineApi(describeProducersCodec, {
  handle({ topics }, { broker }) {
    return {
      topics: topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map(partitionIndex => {
          const partition = broker.cluster.partition(name, partitionIndex);
          return {
            partitionIndex,
            errorCode: partition ? ErrorCode.NONE : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
            errorMessage: partition ? null : `there is no partition ${name}-${partitionIndex} here`,
            activeProducers: partition ? producersOf(partition) : [],
          };
        }),
      })),
    };
  },
});

function producersOf({ log }: Partition): ProducerStateInit[] {
  return log.activeProducers().map(producer => ({
    producerId: BigInt(producer.producerId),
    producerEpoch: producer.epoch,
    lastSequence: producer.lastSequence,
    lastTimestamp: BigInt(producer.lastTimestamp),
    coordinatorEpoch: producer.coordinatorEpoch,
    currentTxnStartOffset: BigInt(producer.transactionStart),
  }));
}
