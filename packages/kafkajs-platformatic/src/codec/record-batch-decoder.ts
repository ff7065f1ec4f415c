import { KafkaJSCorruptBatchError, KafkaJSUnsupportedMagicByteInMessageSet } from '../errors/client-errors.js';
import { crc32c } from '../wire/platformatic.js';
import { decompress } from './compression.js';
import type { IHeaders, KafkaMessage } from './kafka-message.js';
import * as format from './record-batch-format.js';
import { RecordReader } from './varint.js';

/** Size of the smallest possible record: bounds a batch's claimed record count. Bytes. */
const MIN_RECORD_SIZE = 7;

/** One batch of a partition's log: its header decoded, its records not yet. */
export class RecordBatch {
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  readonly partitionLeaderEpoch: number;
  readonly attributes: number;
  /** -1 if it was not written by an idempotent producer. */
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly recordCount: number;
  /** What decoding took beyond the batch itself; 0 before, and for a batch that is not compressed. */
  decompressedBytes = 0;
  readonly #bytes: Buffer;

  /** `bytes`: the whole batch, its length and checksum already verified. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.baseOffset = bytes.readBigInt64BE(format.BASE_OFFSET_AT);
    this.lastOffset = this.baseOffset + BigInt(bytes.readInt32BE(format.LAST_OFFSET_DELTA_AT));
    this.partitionLeaderEpoch = bytes.readInt32BE(format.LEADER_EPOCH_AT);
    this.attributes = bytes.readInt16BE(format.ATTRIBUTES_AT);
    this.producerId = bytes.readBigInt64BE(format.PRODUCER_ID_AT);
    this.producerEpoch = bytes.readInt16BE(format.PRODUCER_EPOCH_AT);
    this.recordCount = bytes.readInt32BE(format.RECORD_COUNT_AT);
  }

  get isTransactional(): boolean {
    return (this.attributes & format.TRANSACTIONAL_FLAG) !== 0;
  }

  /** Control batches carry markers of the broker, never messages of an application. */
  get isControl(): boolean {
    return (this.attributes & format.CONTROL_FLAG) !== 0;
  }

  /** Bytes on the wire. */
  get size(): number {
    return this.#bytes.length;
  }

  /**
   * Decodes the records, those before `fromOffset` left out: a fetch may begin in the middle of a batch. Keys, values
   * and headers are views of the fetched bytes (of the decompressed ones, if the batch was compressed).
   * @param limit how many at most
   * @throws KafkaJSCorruptBatchError naming the batch's offset.
   */
  records(fromOffset = this.baseOffset, limit = this.recordCount): KafkaMessage[] {
    const compression = this.attributes & format.COMPRESSION_MASK;
    const body = this.#bytes.subarray(format.BATCH_HEADER_SIZE);
    const data = compression === 0 ? body : decompress(compression, body);
    this.decompressedBytes = compression === 0 ? 0 : data.length;
    if (this.recordCount < 0 || this.recordCount * MIN_RECORD_SIZE > data.length) {
      throw new KafkaJSCorruptBatchError(
        `Batch at offset ${this.baseOffset} claims ${this.recordCount} records in ${data.length} bytes`,
      );
    }
    try {
      return this.#decode(data, fromOffset, limit);
    } catch (error) {
      if (!(error instanceof RangeError)) {
        throw error;
      }
      throw new KafkaJSCorruptBatchError(`Batch at offset ${this.baseOffset} is corrupt: ${error.message}`, {
        cause: error,
      });
    }
  }

  #decode(data: Buffer, fromOffset: bigint, limit: number): KafkaMessage[] {
    const messages: KafkaMessage[] = [];
    const baseOffset = Number(this.baseOffset);
    const baseTimestamp = Number(this.#bytes.readBigInt64BE(format.BASE_TIMESTAMP_AT));
    const appendTime =
      (this.attributes & format.LOG_APPEND_TIME_FLAG) === 0
        ? undefined
        : String(this.#bytes.readBigInt64BE(format.MAX_TIMESTAMP_AT));
    const lastDelta = Number(this.lastOffset - this.baseOffset);
    const firstDelta = Number(fromOffset - this.baseOffset);
    const reader = new RecordReader(data);
    for (let i = 0; i < this.recordCount && messages.length < limit; i++) {
      const length = reader.readVarint();
      if (length < 0 || length > reader.remaining) {
        throw new RangeError(`record ${i} claims ${length} bytes, ${reader.remaining} remain`);
      }
      const end = reader.position + length;
      const attributes = reader.readByte();
      const timestampDelta = reader.readVarint();
      const offsetDelta = reader.readVarint();
      if (offsetDelta < 0 || offsetDelta > lastDelta) {
        throw new RangeError(`record ${i} is at ${offsetDelta} of a batch that ends at ${lastDelta}`);
      }
      if (offsetDelta >= firstDelta) {
        messages.push({
          key: reader.readBytes(),
          value: reader.readBytes(),
          timestamp: appendTime ?? String(baseTimestamp + timestampDelta),
          attributes,
          offset: String(baseOffset + offsetDelta),
          headers: readHeaders(reader),
        });
        if (reader.position !== end) {
          throw new RangeError(`record ${i} is ${length} bytes long by its length, not by its fields`);
        }
      }
      reader.skipTo(end);
    }
    return messages;
  }
}

function readHeaders(reader: RecordReader): IHeaders {
  const headers: IHeaders = {};
  const count = reader.readVarint();
  if (count < 0 || count > reader.remaining) {
    throw new RangeError(`${count} headers in ${reader.remaining} bytes`);
  }
  for (let i = 0; i < count; i++) {
    const name = reader.readString();
    const value = reader.readBytes() ?? undefined;
    if (!Object.hasOwn(headers, name)) {
      if (name === '__proto__') {
        // An assignment would set the prototype.
        Object.defineProperty(headers, name, { value, writable: true, enumerable: true, configurable: true });
      } else {
        headers[name] = value;
      }
      continue;
    }
    const earlier = headers[name];
    const values = Array.isArray(earlier) ? earlier : earlier === undefined ? [] : [earlier];
    if (value !== undefined) {
      values.push(value);
    }
    headers[name] = values;
  }
  return headers;
}

/**
 * The batches in what a Fetch response brought for one partition. A broker cuts the last one off where the response was
 * full; it is left out and will be fetched again.
 * @throws KafkaJSCorruptBatchError for a wrong length or checksum, KafkaJSUnsupportedMagicByteInMessageSet for records
 * of before Kafka 0.11; both name the offset.
 */
export function* decodeRecordBatches(buffer: Buffer): Generator<RecordBatch, void, undefined> {
  let position = 0;
  while (buffer.length - position >= format.BATCH_OVERHEAD) {
    const length = buffer.readInt32BE(position + format.BATCH_LENGTH_AT);
    const end = position + format.BATCH_OVERHEAD + length;
    const offset = buffer.readBigInt64BE(position + format.BASE_OFFSET_AT);
    if (length < 0) {
      throw new KafkaJSCorruptBatchError(`Batch at offset ${offset} claims a length of ${length} bytes`);
    }
    if (end > buffer.length) {
      return;
    }
    const bytes = buffer.subarray(position, end);
    verify(bytes, offset);
    yield new RecordBatch(bytes);
    position = end;
  }
}

function verify(bytes: Buffer, offset: bigint): void {
  if (bytes.length > format.MAGIC_AT && bytes[format.MAGIC_AT] !== format.MAGIC) {
    throw new KafkaJSUnsupportedMagicByteInMessageSet(
      `Messages at offset ${offset} have format ${bytes[format.MAGIC_AT]}; this client reads format 2 (Kafka 0.11 and newer)`,
    );
  }
  if (bytes.length < format.BATCH_HEADER_SIZE) {
    throw new KafkaJSCorruptBatchError(`Batch at offset ${offset} is shorter than its header: ${bytes.length} bytes`);
  }
  if (crc32c(bytes.subarray(format.ATTRIBUTES_AT)) !== bytes.readUInt32BE(format.CRC_AT)) {
    throw new KafkaJSCorruptBatchError(`Batch at offset ${offset} fails its checksum`);
  }
}
