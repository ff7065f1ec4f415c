import { addOffsetsToTxnCodec } from '../protocol/generated/add-offsets-to-txn.js';
import { OFFSETS_TOPIC, offsetsPartitionOf } from '../txn/offsets-partition.js';
import { defineApi } from './api.js';
import { forVersion } from './producer-fenced.js';

/**
 * AddOffsetsToTxn, v0-4.
 *
 * - Adds the partition where the group's offsets would lie; the group need not exist.
 * - v0-1 say INVALID_PRODUCER_EPOCH for PRODUCER_FENCED.
 */
export const addOffsetsToTxn = defineApi(addOffsetsToTxnCodec, {
  handle(request, { version, broker }) {
    const partition = [OFFSETS_TOPIC, offsetsPartitionOf(request.groupId)] as const;
    return { errorCode: forVersion(broker.transactions.addPartitions(request, [partition]), version) };
  },
});
