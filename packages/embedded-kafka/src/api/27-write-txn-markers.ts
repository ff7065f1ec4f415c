import type { Broker } from '../broker.js';
import type { TransactionMarker } from '../log/control-batch.js';
import { ErrorCode } from '../protocol/errors.js';
import { writeTxnMarkersCodec } from '../protocol/generated/write-txn-markers.js';
import { defineApi } from './api.js';

/**
 * WriteTxnMarkers, v1.
 *
 * - Ends transactions in the partitions that are named, whatever their coordinator thinks: coordinators ask this, and
 *   administrators about a transaction that hangs (KIP-664). The coordinator here does not need it.
 * - INVALID_PRODUCER_EPOCH for an epoch before the producer's, TRANSACTION_COORDINATOR_FENCED for a coordinator's before the
 *   one that wrote last. A marker where no transaction is open is written all the same.
 * - The answers come by producer; who is named without partitions gets none. Kafka 4.1.1 never answers a request that names a
 *   producer twice; ours does.
 */
export const writeTxnMarkers = defineApi(writeTxnMarkersCodec, {
  handle({ markers }, { broker, node }) {
    const results = new Map<bigint, Map<string, Map<number, number>>>();
    for (const { topics, transactionResult, ...marker } of markers) {
      const written = {
        producerId: Number(marker.producerId),
        producerEpoch: marker.producerEpoch,
        committed: transactionResult,
        coordinatorEpoch: marker.coordinatorEpoch,
      };
      for (const { name, partitionIndexes } of topics) {
        for (const index of partitionIndexes) {
          const topicsOfProducer = entry(results, marker.producerId, () => new Map<string, Map<number, number>>());
          const partitions = entry(topicsOfProducer, name, () => new Map<number, number>());
          partitions.set(index, write(broker, node.id, name, index, written));
        }
      }
    }
    return {
      markers: Array.from(results, ([producerId, topics]) => ({
        producerId,
        topics: Array.from(topics, ([name, partitions]) => ({
          name,
          partitions: Array.from(partitions, ([partitionIndex, errorCode]) => ({ partitionIndex, errorCode })),
        })),
      })),
    };
  },
});

function write(
  { cluster, clock }: Broker,
  nodeId: number,
  topic: string,
  index: number,
  marker: TransactionMarker,
): number {
  const partition = cluster.partition(topic, index);
  if (partition === undefined) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
  if (partition.leaderId !== nodeId) return ErrorCode.NOT_LEADER_OR_FOLLOWER;
  // Kafka trips over them.
  if (marker.producerId < 0 || marker.producerEpoch < 0) return ErrorCode.UNKNOWN_SERVER_ERROR;
  const errorCode = partition.log.markerRefusal(marker);
  if (errorCode === ErrorCode.NONE) partition.appendMarker(marker, clock.now());
  return errorCode;
}

function entry<Key, Value>(values: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = values.get(key) ?? make();
  values.set(key, value);
  return value;
}
