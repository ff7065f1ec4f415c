import { crc32c } from './crc32c.js';

/**
 * A record batch of magic 2, read and patched in place (https://kafka.apache.org/documentation/#recordbatch):
 *
 *    0 baseOffset int64            12 partitionLeaderEpoch int32   23 lastOffsetDelta int32   51 baseSequence int32
 *    8 batchLength int32           16 magic int8                   27 baseTimestamp int64     57 recordCount int32
 *                                  17 crc uint32                   35 maxTimestamp int64      61 records
 *                                  21 attributes int16             43 producerId int64
 *                                                                  51 producerEpoch int16, 53 baseSequence int32
 * The checksum covers everything from the attributes on, so offset and leader epoch can be patched without touching it.
 */
const BASE_OFFSET = 0;
const BATCH_LENGTH = 8;
const LEADER_EPOCH = 12;
const MAGIC = 16;
const CRC = 17;
const ATTRIBUTES = 21;
const LAST_OFFSET_DELTA = 23;
const BASE_TIMESTAMP = 27;
const MAX_TIMESTAMP = 35;
const PRODUCER_ID = 43;
const PRODUCER_EPOCH = 51;
const BASE_SEQUENCE = 53;
const RECORD_COUNT = 57;

/** Bytes before the first record. */
export const BATCH_HEADER_BYTES = 61;
/** Bytes that `batchLength` does not count: itself and the base offset. */
export const BATCH_PREFIX_BYTES = 12;

const COMPRESSION_MASK = 0x07;
const LOG_APPEND_TIME_FLAG = 0x08;
const TRANSACTIONAL_FLAG = 0x10;
const CONTROL_FLAG = 0x20;
/** The base timestamp is when tombstones may go (KIP-534). */
const DELETE_HORIZON_FLAG = 0x40;

export const Compression = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

/** Reads offsets and sizes straight out of a log, without a view object per batch. */
export const baseOffsetAt = (bytes: Buffer, at: number): number => readInt64(bytes, at + BASE_OFFSET);
export const sizeAt = (bytes: Buffer, at: number): number => bytes.readInt32BE(at + BATCH_LENGTH) + BATCH_PREFIX_BYTES;
export const lastOffsetAt = (bytes: Buffer, at: number): number =>
  baseOffsetAt(bytes, at) + bytes.readInt32BE(at + LAST_OFFSET_DELTA);
/** The offset after the last record of whole batches. Walks over their headers. */
export function endOffsetOf(batches: Buffer): number {
  let last = 0;
  for (let at = 0; at < batches.length; at += sizeAt(batches, at)) last = at;
  return lastOffsetAt(batches, last) + 1;
}
export const maxTimestampAt = (bytes: Buffer, at: number): number => readInt64(bytes, at + MAX_TIMESTAMP);

/** A view on one batch. Offsets and timestamps are numbers: they stay far below 2^53. */
export class RecordBatch {
  /** `bytes`: exactly one batch. */
  constructor(readonly bytes: Buffer) {}

  get baseOffset(): number {
    return baseOffsetAt(this.bytes, 0);
  }

  get magic(): number {
    return this.bytes.readInt8(MAGIC);
  }

  get attributes(): number {
    return this.bytes.readInt16BE(ATTRIBUTES);
  }

  /** One of `Compression`, or a number that is none of them. */
  get compression(): number {
    return this.attributes & COMPRESSION_MASK;
  }

  get isTransactional(): boolean {
    return (this.attributes & TRANSACTIONAL_FLAG) !== 0;
  }

  get isControl(): boolean {
    return (this.attributes & CONTROL_FLAG) !== 0;
  }

  get hasLogAppendTime(): boolean {
    return (this.attributes & LOG_APPEND_TIME_FLAG) !== 0;
  }

  get lastOffsetDelta(): number {
    return this.bytes.readInt32BE(LAST_OFFSET_DELTA);
  }

  get lastOffset(): number {
    return this.baseOffset + this.lastOffsetDelta;
  }

  get baseTimestamp(): number {
    return readInt64(this.bytes, BASE_TIMESTAMP);
  }

  get maxTimestamp(): number {
    return readInt64(this.bytes, MAX_TIMESTAMP);
  }

  get leaderEpoch(): number {
    return this.bytes.readInt32BE(LEADER_EPOCH);
  }

  /** -1 if the producer is not idempotent. */
  get producerId(): number {
    return readInt64(this.bytes, PRODUCER_ID);
  }

  get producerEpoch(): number {
    return this.bytes.readInt16BE(PRODUCER_EPOCH);
  }

  get baseSequence(): number {
    return this.bytes.readInt32BE(BASE_SEQUENCE);
  }

  /** The sequence number of the last record; sequences wrap at 2^31. */
  get lastSequence(): number {
    return this.baseSequence < 0 ? -1 : (this.baseSequence + this.lastOffsetDelta) % 2 ** 31;
  }

  get recordCount(): number {
    return this.bytes.readInt32BE(RECORD_COUNT);
  }

  /** The records, compressed as the producer sent them. */
  get payload(): Buffer {
    return this.bytes.subarray(BATCH_HEADER_BYTES);
  }

  hasValidCrc(): boolean {
    return crc32c(this.bytes, ATTRIBUTES) === this.bytes.readUInt32BE(CRC);
  }

  setOffsetAndEpoch(baseOffset: number, leaderEpoch: number): void {
    writeInt64(this.bytes, BASE_OFFSET, baseOffset);
    this.bytes.writeInt32BE(leaderEpoch, LEADER_EPOCH);
  }

  /** When its tombstones, or the marker in it, may be cleaned away; undefined before a cleaner has seen them. */
  get deleteHorizon(): number | undefined {
    return (this.attributes & DELETE_HORIZON_FLAG) === 0 ? undefined : this.baseTimestamp;
  }

  /** Makes the header agree with records that others have become. */
  setContents(contents: {
    readonly recordCount: number;
    readonly maxTimestamp: number;
    readonly deleteHorizon: number | undefined;
  }): void {
    const { recordCount, maxTimestamp, deleteHorizon } = contents;
    this.bytes.writeInt32BE(this.bytes.length - BATCH_PREFIX_BYTES, BATCH_LENGTH);
    this.bytes.writeInt32BE(recordCount, RECORD_COUNT);
    writeInt64(this.bytes, MAX_TIMESTAMP, maxTimestamp);
    if (deleteHorizon !== undefined) {
      this.bytes.writeInt16BE(this.attributes | DELETE_HORIZON_FLAG, ATTRIBUTES);
      writeInt64(this.bytes, BASE_TIMESTAMP, deleteHorizon);
    }
    this.renewCrc();
  }

  /** Lets the records have their own times again, whatever the producer said of it. */
  clearLogAppendTime(): void {
    this.bytes.writeInt16BE(this.attributes & ~LOG_APPEND_TIME_FLAG, ATTRIBUTES);
    this.renewCrc();
  }

  /** Makes the header agree with the records. This is inside of the checksum, which is therefore renewed. */
  setMaxTimestamp(timestamp: number): void {
    writeInt64(this.bytes, MAX_TIMESTAMP, timestamp);
    this.renewCrc();
  }

  /** Makes `timestamp` the time of all records. This is inside of the checksum, which is therefore renewed. */
  setLogAppendTime(timestamp: number): void {
    this.bytes.writeInt16BE(this.attributes | LOG_APPEND_TIME_FLAG, ATTRIBUTES);
    writeInt64(this.bytes, MAX_TIMESTAMP, timestamp);
    this.renewCrc();
  }

  /** To be called when something from the attributes on was changed. */
  renewCrc(): void {
    this.bytes.writeUInt32BE(crc32c(this.bytes, ATTRIBUTES), CRC);
  }
}

/** Views on whole batches, one after the other. */
export function* batchesIn(bytes: Buffer): Generator<RecordBatch> {
  for (let at = 0; at < bytes.length;) {
    const end = at + sizeAt(bytes, at);
    yield new RecordBatch(bytes.subarray(at, end));
    at = end;
  }
}

/** Faster than a bigint's detour, exact within +-2^53, beyond which no offset or timestamp of ours lies. */
function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);
}

function writeInt64(bytes: Buffer, at: number, value: number): void {
  bytes.writeInt32BE(Math.floor(value / 0x1_0000_0000), at);
  bytes.writeUInt32BE(value >>> 0, at + 4);
}
