import { rawRecords } from './compaction/raw-records.js';
import { BATCH_HEADER_BYTES, BATCH_PREFIX_BYTES, RecordBatch } from './record-batch.js';

/** The end of a transaction, as its coordinator tells the partitions of it. */
export interface TransactionMarker {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly committed: boolean;
  /** Rises when another coordinator takes over. */
  readonly coordinatorEpoch: number;
}

const TRANSACTIONAL_CONTROL = 0x30;
const ABORT = 0;
const COMMIT = 1;

/**
 * A control batch with one record (https://kafka.apache.org/documentation/#controlbatch). Its key: version int16, type
 * int16 (0 abort, 1 commit); its value: version int16, coordinator epoch int32. All lengths are known, hence the constants.
 */
export function buildMarkerBatch(marker: TransactionMarker, timestamp: number): RecordBatch {
  const record = Buffer.alloc(17);
  record.writeUInt8(0x20, 0); // length 16, zigzag; then attributes, timestamp delta, offset delta: 0
  record.writeUInt8(0x08, 4); // key of 4 bytes
  record.writeInt16BE(marker.committed ? COMMIT : ABORT, 7);
  record.writeUInt8(0x0c, 9); // value of 6 bytes
  record.writeInt32BE(marker.coordinatorEpoch, 12);
  const bytes = Buffer.concat([Buffer.alloc(BATCH_HEADER_BYTES), record]);
  bytes.writeInt32BE(bytes.length - BATCH_PREFIX_BYTES, 8);
  bytes.writeInt8(2, 16);
  bytes.writeInt16BE(TRANSACTIONAL_CONTROL, 21);
  bytes.writeBigInt64BE(BigInt(timestamp), 27);
  bytes.writeBigInt64BE(BigInt(timestamp), 35);
  bytes.writeBigInt64BE(BigInt(marker.producerId), 43);
  bytes.writeInt16BE(marker.producerEpoch, 51);
  bytes.writeInt32BE(-1, 53);
  bytes.writeInt32BE(1, 57);
  const batch = new RecordBatch(bytes);
  batch.renewCrc();
  return batch;
}

/** Reads back what `buildMarkerBatch` wrote, also after compaction, which may have lengthened the timestamp. */
export function readMarkerBatch(batch: RecordBatch): TransactionMarker {
  const [record] = rawRecords(batch.payload, batch.recordCount);
  return {
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    committed: record?.key?.readInt16BE(2) === COMMIT,
    // After the key: the length of the value, the version of it.
    coordinatorEpoch: record?.rest.readInt32BE(1 + 4 + 1 + 2) ?? -1,
  };
}
