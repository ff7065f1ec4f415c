import { ErrorCode } from '../protocol/errors.js';
import { BATCH_HEADER_BYTES, BATCH_PREFIX_BYTES, Compression, RecordBatch } from './record-batch.js';
import type { AppendRefusal, BatchLimits } from './batch-rules.js';
import { validateRecords } from './record-validation.js';

/** Offset, length, leader epoch and magic: with less there is no telling what it is. */
const SIZE_AND_MAGIC_BYTES = 17;
/** Of the smallest message that any version of the format had. */
const SMALLEST_BODY_BYTES = 14;

const refuse = (errorCode: number, reason: string): AppendRefusal => ({ errorCode, reason });

/**
 * Checks what a producer sent for one partition: exactly one whole batch of magic 2, whose checksum, counts and offsets
 * agree, and whose records can be read, see `validateRecords`. A wrong greatest timestamp is mended in place.
 */
export function validateBatch(records: Buffer | null, limits: BatchLimits, now: number): RecordBatch | AppendRefusal {
  if (records === null || records.length < SIZE_AND_MAGIC_BYTES) {
    return refuse(ErrorCode.INVALID_RECORD, 'a produce request must hold exactly one record batch, this one has none');
  }
  const size = records.readInt32BE(8) + BATCH_PREFIX_BYTES;
  const batch = new RecordBatch(
    size > records.length ? records : records.subarray(0, Math.max(size, SIZE_AND_MAGIC_BYTES)),
  );
  if (size < BATCH_PREFIX_BYTES + SMALLEST_BODY_BYTES || batch.magic < 0 || batch.magic > 2) {
    return refuse(ErrorCode.CORRUPT_MESSAGE, `a record batch claims ${size} bytes and magic ${batch.magic}`);
  }
  if (size > records.length) {
    return refuse(ErrorCode.INVALID_RECORD, `a record batch claims ${size} bytes, ${records.length} were sent`);
  }
  if (batch.magic !== 2) {
    return refuse(ErrorCode.INVALID_RECORD, `record batches have magic 2, this one has ${batch.magic}`);
  }
  // Less than that cannot be another batch, and is ignored.
  if (records.length - size >= SIZE_AND_MAGIC_BYTES) {
    return refuse(ErrorCode.INVALID_RECORD, 'a produce request must hold exactly one record batch, this one has more');
  }
  if (size < BATCH_HEADER_BYTES) {
    return refuse(ErrorCode.CORRUPT_MESSAGE, `${size} bytes are too few for a record batch`);
  }
  if (size > limits.maxMessageBytes) {
    return refuse(
      ErrorCode.MESSAGE_TOO_LARGE,
      `a record batch of ${size} bytes exceeds max.message.bytes, which is ${limits.maxMessageBytes}`,
    );
  }
  if (!batch.hasValidCrc()) return refuse(ErrorCode.CORRUPT_MESSAGE, 'the checksum of the record batch is wrong');
  const refusal = headerRefusal(batch);
  if (refusal) return { ...refusal, isOfLog: true };
  const maxTimestamp = validateRecords(batch, limits, now);
  if (typeof maxTimestamp !== 'number') return { ...maxTimestamp, isOfLog: true };
  if (maxTimestamp !== batch.maxTimestamp) batch.setMaxTimestamp(maxTimestamp);
  return batch;
}

function headerRefusal(batch: RecordBatch): AppendRefusal | undefined {
  const { recordCount, lastOffsetDelta } = batch;
  if (batch.baseOffset !== 0) {
    return refuse(ErrorCode.INVALID_RECORD, `a producer's batch starts at offset 0, this one at ${batch.baseOffset}`);
  }
  if (recordCount < 1 || lastOffsetDelta !== recordCount - 1) {
    return refuse(
      ErrorCode.INVALID_RECORD,
      `a record batch of ${recordCount} records cannot end at offset delta ${lastOffsetDelta}`,
    );
  }
  if (batch.compression > Compression.zstd) {
    // Apache Kafka fails on it just so.
    return refuse(ErrorCode.UNKNOWN_SERVER_ERROR, `there is no compression type ${batch.compression}`);
  }
  if (batch.isControl) return refuse(ErrorCode.INVALID_RECORD, 'clients may not write control batches');
  if (batch.producerId >= 0 && batch.baseSequence < 0) {
    return refuse(ErrorCode.INVALID_RECORD, `producer ${batch.producerId} sent a batch without a sequence number`);
  }
  return undefined;
}
