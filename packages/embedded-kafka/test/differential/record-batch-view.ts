import { RecordBatch, sizeAt, BATCH_HEADER_BYTES } from '../../src/log/record-batch.js';

/** Response fields that hold record batches. */
export const isRecordsField = (path: string): boolean => path === 'Fetch.responses[].partitions[].records';

/** Record batches, field by field: what is compared of them. The checksum only as to whether it is right. */
export function viewRecords(records: Buffer | null): unknown {
  if (records === null) return null;
  const batches: unknown[] = [];
  let at = 0;
  while (records.length - at >= BATCH_HEADER_BYTES && sizeAt(records, at) <= records.length - at) {
    const size = sizeAt(records, at);
    const batch = new RecordBatch(records.subarray(at, at + size));
    at += size;
    batches.push({
      baseOffset: batch.baseOffset,
      size,
      leaderEpoch: batch.leaderEpoch,
      magic: batch.magic,
      isCrcValid: batch.hasValidCrc(),
      attributes: batch.attributes,
      lastOffsetDelta: batch.lastOffsetDelta,
      baseTimestamp: BigInt(batch.baseTimestamp),
      maxTimestamp: BigInt(batch.maxTimestamp),
      producerId: BigInt(batch.producerId),
      producerEpoch: batch.producerEpoch,
      baseSequence: batch.baseSequence,
      recordCount: batch.recordCount,
      payload: batch.payload.length > 64 ? `${batch.payload.length} bytes` : batch.payload,
    });
  }
  // A batch that was cut off by the size limit.
  return at === records.length ? batches : [...batches, `${records.length - at} bytes more`];
}
