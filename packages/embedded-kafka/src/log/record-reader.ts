import { decompress } from './compression/compression.js';
import { CorruptPayloadError } from './compression/corrupt-payload-error.js';
import type { RecordBatch } from './record-batch.js';

/** Bounds what a small compressed batch can blow up to. */
export const MAX_DECOMPRESSED_BYTES = 256 * 1024 * 1024;

export interface RecordHeader {
  readonly key: string;
  readonly value: Buffer | null;
}

export interface LogRecord {
  readonly offset: number;
  /** Milliseconds since the epoch: the producer's, or the broker's with `message.timestamp.type=LogAppendTime`. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

/** The records of a batch cannot be read: their bytes are not what the batch says. */
export class UnreadableBatchError extends Error {
  override readonly name = 'UnreadableBatchError';
}

/** @throws UnreadableBatchError */
export function readRecords(batch: RecordBatch): LogRecord[] {
  const cursor = new Cursor(payloadOf(batch));
  const { baseOffset, baseTimestamp } = batch;
  const appendTime = batch.hasLogAppendTime ? batch.maxTimestamp : undefined;
  const records: LogRecord[] = [];
  for (let left = batch.recordCount; left > 0; left--) {
    cursor.varint(); // length
    cursor.skip(1); // attributes
    const timestamp = appendTime ?? baseTimestamp + cursor.varint();
    if (appendTime !== undefined) cursor.varint();
    const offset = baseOffset + cursor.varint();
    records.push({ offset, timestamp, key: cursor.bytes(), value: cursor.bytes(), headers: readHeaders(cursor) });
  }
  return records;
}

function readHeaders(cursor: Cursor): RecordHeader[] {
  const headers: RecordHeader[] = [];
  for (let left = cursor.varint(); left > 0; left--) {
    const key = cursor.bytes();
    headers.push({ key: (key ?? Buffer.alloc(0)).toString(), value: cursor.bytes() });
  }
  return headers;
}

function payloadOf(batch: RecordBatch): Buffer {
  try {
    return decompress(batch.compression, batch.payload, MAX_DECOMPRESSED_BYTES);
  } catch (cause) {
    if (!(cause instanceof CorruptPayloadError)) throw cause;
    const message = `The batch at offset ${batch.baseOffset} cannot be decompressed: ${cause.message}`;
    throw new UnreadableBatchError(message, { cause });
  }
}

/** Reads the zigzag varints of records, bounds checked. */
class Cursor {
  private position = 0;

  constructor(private readonly buffer: Buffer) {}

  /** Up to 53 bits, which offsets, lengths and times keep within. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count++) {
      const byte = this.buffer[this.position++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    throw new UnreadableBatchError(`A record ends in the middle of a number at byte ${this.position}`);
  }

  bytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const start = this.position;
    this.skip(length);
    return this.buffer.subarray(start, this.position);
  }

  skip(length: number): void {
    this.position += length;
    if (this.position > this.buffer.length) {
      throw new UnreadableBatchError(`A record claims ${length} bytes, ${this.buffer.length} are all there is`);
    }
  }
}
