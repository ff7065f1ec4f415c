import { compress } from '../compression/compression.js';
import { BATCH_HEADER_BYTES, RecordBatch } from '../record-batch.js';
import { encodeRawRecord, type RawRecord } from './raw-records.js';

/**
 * A batch with fewer records, at the same offsets, with the same producer, sequences and compression; it may have none.
 * @param deleteHorizon when its tombstones, or the marker in it, may go, in milliseconds since the epoch: from then on
 *   this stands where the base timestamp was (KIP-534), and the records' timestamps are relative to it
 */
export function rewriteBatch(
  batch: RecordBatch,
  kept: readonly RawRecord[],
  deleteHorizon: number | undefined,
): Buffer {
  const { baseTimestamp } = batch;
  const base = deleteHorizon ?? baseTimestamp;
  const shift = baseTimestamp - base;
  const encoded = kept.map(record =>
    encodeRawRecord(shift === 0 ? record : { ...record, timestampDelta: record.timestampDelta + shift }),
  );
  const payload = kept.length === 0 ? Buffer.alloc(0) : compress(batch.compression, Buffer.concat(encoded));
  const rewritten = new RecordBatch(Buffer.concat([batch.bytes.subarray(0, BATCH_HEADER_BYTES), payload]));
  const times = kept.map(({ timestampDelta }) => baseTimestamp + timestampDelta);
  rewritten.setContents({
    recordCount: kept.length,
    maxTimestamp: batch.hasLogAppendTime || times.length === 0 ? batch.maxTimestamp : Math.max(...times),
    deleteHorizon,
  });
  return rewritten.bytes;
}
