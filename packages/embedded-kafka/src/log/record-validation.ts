import { ErrorCode } from '../protocol/errors.js';
import type { AppendRefusal, BatchLimits, RecordError } from './batch-rules.js';
import { decompress } from './compression/compression.js';
import { CorruptPayloadError, PayloadTooLargeError } from './compression/corrupt-payload-error.js';
import { Compression, type RecordBatch } from './record-batch.js';
import { MAX_DECOMPRESSED_BYTES } from './record-reader.js';

/** The most that deflate can make of a byte; others can do more, and with that only harm. */
const MAX_RATIO = 1_100;
/** What any payload may become. */
const SMALLEST_BOUND = 1024 * 1024;
const VARINT_BYTES = 5;
const VARLONG_BYTES = 10;

/** The bytes of the records do not make sense. */
class InvalidRecordsError extends Error {
  override readonly name = 'InvalidRecordsError';
}

/**
 * Looks at every record of a batch, as Kafka's LogValidator does (https://kafka.apache.org/documentation/#record):
 *
 * - The payload of a compressed one must be what its compression says, with records from offset 0 on, one after the other;
 *   UNKNOWN_SERVER_ERROR otherwise, as in Kafka 4.1. Their lengths are not compared there, and their offsets not elsewhere.
 * - There are as many records as the header says, and nothing behind them: INVALID_RECORD. So it is for one without a key
 *   where keys are required; and INVALID_TIMESTAMP, if it is of one only, for one from too far away in time.
 *
 * Nothing is copied or made per record. @returns the greatest timestamp of all, or why the batch is refused
 */
export function validateRecords(batch: RecordBatch, limits: BatchLimits, now: number): number | AppendRefusal {
  try {
    const isCompressed = batch.compression !== Compression.none;
    const payload = isCompressed ? decompress(batch.compression, batch.payload, boundOf(batch)) : batch.payload;
    return new RecordWalk(payload, batch, limits, now).walk(isCompressed);
  } catch (error) {
    if (error instanceof InvalidRecordsError || error instanceof PayloadTooLargeError) {
      return { errorCode: ErrorCode.INVALID_RECORD, reason: error.message };
    }
    if (error instanceof CorruptPayloadError) {
      return {
        errorCode: ErrorCode.UNKNOWN_SERVER_ERROR,
        reason: `the records cannot be decompressed: ${error.message}`,
      };
    }
    throw error;
  }
}

function boundOf({ payload }: RecordBatch): number {
  return Math.min(MAX_DECOMPRESSED_BYTES, Math.max(SMALLEST_BOUND, payload.length * MAX_RATIO));
}

class RecordWalk {
  private at = 0;
  private maxTimestamp = -1;
  private errors: RecordError[] | undefined;
  private hasWrongTime = false;

  constructor(
    private readonly bytes: Buffer,
    private readonly batch: RecordBatch,
    private readonly limits: BatchLimits,
    private readonly now: number,
  ) {}

  walk(isCompressed: boolean): number | AppendRefusal {
    const { bytes, batch } = this;
    const { recordCount, baseTimestamp } = batch;
    const stamped = batch.hasLogAppendTime ? batch.maxTimestamp : undefined;
    for (let index = 0; index < recordCount; index++) {
      const length = this.varint(VARINT_BYTES);
      const start = this.at;
      if (!isCompressed && start + length > bytes.length) throw this.invalid(index, `claims ${length} bytes`);
      this.skip(1, index);
      const delta = this.varint(VARLONG_BYTES);
      const offset = this.varint(VARINT_BYTES);
      const keyLength = this.varint(VARINT_BYTES);
      this.skip(keyLength, index);
      this.skip(this.varint(VARINT_BYTES), index);
      this.skipHeaders(index);
      if (!isCompressed && this.at - start !== length) {
        throw this.invalid(index, `claims ${length} bytes, and has ${this.at - start}`);
      }
      if (isCompressed && offset !== index) {
        throw new CorruptPayloadError(`record ${index} has offset ${offset} in its batch`);
      }
      const timestamp = stamped ?? baseTimestamp + delta;
      if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp;
      if (keyLength < 0 && this.limits.requiresKeys) {
        this.blame(index, 'a compacted topic takes no record without a key');
      } else {
        this.checkTime(index, timestamp);
      }
    }
    if (this.at !== bytes.length) {
      throw new InvalidRecordsError(`${bytes.length - this.at} bytes follow the ${recordCount} records of the batch`);
    }
    return this.errors === undefined ? this.maxTimestamp : this.refusal(this.errors);
  }

  private checkTime(index: number, timestamp: number): void {
    const { logAppendTime, timestampAfterMaxMs, timestampBeforeMaxMs } = this.limits;
    if (!logAppendTime && timestamp !== -1) {
      const ahead = timestamp - this.now;
      if (ahead <= timestampAfterMaxMs && -ahead <= timestampBeforeMaxMs) return;
      this.hasWrongTime = true;
      this.blame(index, `timestamp ${timestamp} is too far from the broker's clock, ${this.now}`);
    } else if (this.batch.hasLogAppendTime) {
      this.hasWrongTime = true;
      this.blame(index, 'a producer may not say that its records are stamped by the broker');
    }
  }

  private blame(batchIndex: number, message: string): void {
    this.errors ??= [];
    this.errors.push({ batchIndex, message });
  }

  private refusal(recordErrors: readonly RecordError[]): AppendRefusal {
    const errorCode = this.hasWrongTime ? ErrorCode.INVALID_TIMESTAMP : ErrorCode.INVALID_RECORD;
    const reason = `${recordErrors.length} record(s) are refused, the first: ${recordErrors[0]?.message}`;
    return { errorCode, reason, recordErrors };
  }

  private skipHeaders(index: number): void {
    const count = this.varint(VARINT_BYTES);
    if (count < 0) throw this.invalid(index, `claims ${count} headers`);
    for (let left = count; left > 0; left--) {
      const keyLength = this.varint(VARINT_BYTES);
      if (keyLength < 0) throw this.invalid(index, 'has a header without a key');
      this.skip(keyLength, index);
      this.skip(this.varint(VARINT_BYTES), index);
    }
  }

  /** A negative length is null's. */
  private skip(length: number, index: number): void {
    if (length <= 0) return;
    this.at += length;
    if (this.at > this.bytes.length) throw this.invalid(index, 'ends behind the batch');
  }

  /** Zigzag. Up to 53 bits are exact, which offsets, lengths and times keep within. */
  private varint(maxBytes: number): number {
    const { bytes } = this;
    let value = 0;
    let scale = 1;
    for (let count = 0; count < maxBytes && this.at < bytes.length; count++) {
      const byte = bytes[this.at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      scale *= 128;
    }
    throw new InvalidRecordsError(`the records of the batch end in the middle of a number, at byte ${this.at}`);
  }

  private invalid(index: number, what: string): InvalidRecordsError {
    return new InvalidRecordsError(`record ${index} of ${this.batch.recordCount} ${what}`);
  }
}
