import { crc32c } from '../wire/platformatic.js';
import { compress, CompressionTypes } from './compression.js';
import type { PreparedRecord } from './prepared-record.js';
import * as format from './record-batch-format.js';
import { varintSize, writeVarint } from './varint.js';

export interface BatchProducer {
  /** -1 for a producer that is not idempotent. */
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Sequence of the first record; -1 for a producer that is not idempotent. */
  readonly baseSequence: number;
}

export interface BatchOptions extends BatchProducer {
  readonly compression: CompressionTypes;
  readonly isTransactional: boolean;
}

export const NO_PRODUCER: BatchProducer = { producerId: -1n, producerEpoch: -1, baseSequence: -1 };

/** Encodes records, in order, into one batch in one Buffer. `records` must not be empty. */
export async function encodeRecordBatch(records: readonly PreparedRecord[], options: BatchOptions): Promise<Buffer> {
  const plain = encodePlain(records, options);
  if (options.compression === CompressionTypes.None) {
    return seal(plain);
  }
  const body = await compress(options.compression, plain.subarray(format.BATCH_HEADER_SIZE));
  const batch = Buffer.allocUnsafe(format.BATCH_HEADER_SIZE + body.length);
  plain.copy(batch, 0, 0, format.BATCH_HEADER_SIZE);
  body.copy(batch, format.BATCH_HEADER_SIZE);
  return seal(batch);
}

/** Puts another producer's mark on a batch that was never accepted, for a retry under a new producer epoch. */
export function restampRecordBatch(batch: Buffer, producer: BatchProducer): void {
  writeProducer(batch, producer);
  seal(batch);
}

function encodePlain(records: readonly PreparedRecord[], options: BatchOptions): Buffer {
  const baseTimestamp = (records[0] as PreparedRecord).timestamp;
  let maxTimestamp = baseTimestamp;
  let size = format.BATCH_HEADER_SIZE;
  const lengths: number[] = [];
  for (let i = 0; i < records.length; i++) {
    const record = records[i] as PreparedRecord;
    const length = recordLength(record, record.timestamp - baseTimestamp, i);
    lengths.push(length);
    size += varintSize(length) + length;
    if (record.timestamp > maxTimestamp) {
      maxTimestamp = record.timestamp;
    }
  }
  const batch = Buffer.allocUnsafe(size);
  batch.writeBigInt64BE(0n, format.BASE_OFFSET_AT);
  batch.writeInt32BE(-1, format.LEADER_EPOCH_AT);
  batch.writeInt8(format.MAGIC, format.MAGIC_AT);
  const flags = options.isTransactional ? format.TRANSACTIONAL_FLAG : 0;
  batch.writeInt16BE(options.compression | flags, format.ATTRIBUTES_AT);
  batch.writeInt32BE(records.length - 1, format.LAST_OFFSET_DELTA_AT);
  batch.writeBigInt64BE(BigInt(baseTimestamp), format.BASE_TIMESTAMP_AT);
  batch.writeBigInt64BE(BigInt(maxTimestamp), format.MAX_TIMESTAMP_AT);
  writeProducer(batch, options);
  batch.writeInt32BE(records.length, format.RECORD_COUNT_AT);
  let position = format.BATCH_HEADER_SIZE;
  for (let i = 0; i < records.length; i++) {
    const record = records[i] as PreparedRecord;
    position = writeVarint(batch, position, lengths[i] as number);
    position = writeRecord(batch, position, record, record.timestamp - baseTimestamp, i);
  }
  return batch;
}

function recordLength(record: PreparedRecord, timestampDelta: number, offsetDelta: number): number {
  return (
    1 +
    varintSize(timestampDelta) +
    varintSize(offsetDelta) +
    varintSize(record.keyLength) +
    Math.max(record.keyLength, 0) +
    varintSize(record.valueLength) +
    Math.max(record.valueLength, 0) +
    varintSize(record.headerCount) +
    (record.headers?.length ?? 0)
  );
}

function writeRecord(
  batch: Buffer,
  start: number,
  record: PreparedRecord,
  timestampDelta: number,
  offsetDelta: number,
): number {
  let position = start;
  batch[position++] = 0;
  position = writeVarint(batch, position, timestampDelta);
  position = writeVarint(batch, position, offsetDelta);
  position = writeData(batch, position, record.key, record.keyLength);
  position = writeData(batch, position, record.value, record.valueLength);
  position = writeVarint(batch, position, record.headerCount);
  return record.headers === undefined ? position : position + record.headers.copy(batch, position);
}

function writeData(batch: Buffer, start: number, data: Buffer | string | null, length: number): number {
  const position = writeVarint(batch, start, length);
  if (data === null) {
    return position;
  }
  return position + (typeof data === 'string' ? batch.write(data, position) : data.copy(batch, position));
}

function writeProducer(batch: Buffer, { producerId, producerEpoch, baseSequence }: BatchProducer): void {
  batch.writeBigInt64BE(producerId, format.PRODUCER_ID_AT);
  batch.writeInt16BE(producerEpoch, format.PRODUCER_EPOCH_AT);
  batch.writeInt32BE(baseSequence, format.BASE_SEQUENCE_AT);
}

/** Writes the length and the checksum, which depend on everything else. */
function seal(batch: Buffer): Buffer {
  batch.writeInt32BE(batch.length - format.BATCH_OVERHEAD, format.BATCH_LENGTH_AT);
  batch.writeUInt32BE(crc32c(batch.subarray(format.ATTRIBUTES_AT)), format.CRC_AT);
  return batch;
}
