import { checkReplica } from '../cluster/leader-epoch.js';
import type { Partition } from '../cluster/partition.js';
import { ErrorCode } from '../protocol/errors.js';
import { describeProducersCodec } from '../protocol/generated/describe-producers.js';
import type { ProducerStateInit } from '../protocol/generated/describe-producers-response.js';
import { defineApi } from './api.js';

/**
 * DescribeProducers, v0 (KIP-664).
 *
 * The idempotent and transactional producers that a partition knows, with their last sequence (-1 if the epoch was raised
 * and nothing written since) and where their open transaction starts (-1 if there is none). Any replica tells; any other
 * node is NOT_LEADER_OR_FOLLOWER.
 */
export const describeProducers = defineApi(describeProducersCodec, {
  handle({ topics }, { broker, node }) {
    return {
      topics: topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map(partitionIndex => {
          const partition = broker.cluster.partition(name, partitionIndex);
          const errorCode = partition ? checkReplica(partition, node.id) : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
          return {
            partitionIndex,
            errorCode,
            errorMessage: partition ? null : `there is no partition ${name}-${partitionIndex} here`,
            activeProducers: partition && errorCode === ErrorCode.NONE ? producersOf(partition) : [],
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
