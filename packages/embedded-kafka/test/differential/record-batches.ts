import { gzipSync, zstdCompressSync } from 'node:zlib';
import { crc32c } from '../../src/log/crc32c.js';

/** A fixed time in the past, so that answers can be compared: 2023-11-14T22:13:20Z. */
export const THEN = 1_700_000_000_000;

export interface RecordSpec {
  readonly key?: string | null;
  readonly value?: string | null;
  /** Milliseconds after the batch's base timestamp. Default 0. */
  readonly timestampDelta?: number;
  readonly offsetDelta?: number;
}

export interface BatchSpec {
  readonly records: readonly RecordSpec[];
  readonly baseOffset?: number;
  readonly magic?: number;
  /** Added to the right one. */
  readonly crcError?: number;
  /** Default 0; a compression's bits are put in by `compression`. */
  readonly attributes?: number;
  readonly compression?: 'gzip' | 'snappy' | 'lz4' | 'zstd' | 'broken gzip' | 'unknown';
  /** Changes the records before they are compressed. */
  readonly plain?: (records: Buffer) => Buffer;
  /** Changes the payload after that. */
  readonly compressed?: (payload: Buffer) => Buffer;
  readonly lastOffsetDelta?: number;
  readonly recordCount?: number;
  readonly baseTimestamp?: number;
  readonly maxTimestamp?: number;
  readonly producerId?: bigint;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
  /** Added to the right batch length. */
  readonly lengthError?: number;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value) >= 0n ? BigInt(value) * 2n : BigInt(value) * -2n - 1n;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

const bytesOf = (text: string | null): Buffer[] =>
  text === null ? [varint(-1)] : [varint(Buffer.byteLength(text)), Buffer.from(text)];

function encodeRecord({ key = null, value = '', timestampDelta = 0, offsetDelta }: RecordSpec, index: number): Buffer {
  const offset = varint(offsetDelta ?? index);
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(timestampDelta),
    offset,
    ...bytesOf(key),
    ...bytesOf(value),
    varint(0),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

/** Snappy without any compression: one literal, in the frame that Kafka's Java clients put around it. */
function snappy(payload: Buffer): Buffer {
  const length = payload.length;
  const tag =
    length <= 60 ? Buffer.from([(length - 1) << 2]) : Buffer.from([61 << 2, (length - 1) & 0xff, (length - 1) >> 8]);
  const size = length < 128 ? Buffer.from([length]) : Buffer.from([(length & 0x7f) | 0x80, length >> 7]);
  const block = Buffer.concat([size, tag, payload]);
  const head = Buffer.concat([Buffer.from([0x82]), Buffer.from('SNAPPY\0'), Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])]);
  const blockLength = Buffer.alloc(4);
  blockLength.writeInt32BE(block.length);
  return Buffer.concat([head, blockLength, block]);
}

/** An LZ4 frame of one uncompressed block. */
function lz4(payload: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE((payload.length | 0x80000000) >>> 0);
  return Buffer.concat([Buffer.from('04224d18604082', 'hex'), size, payload, Buffer.alloc(4)]);
}

const codecs: Readonly<
  Record<NonNullable<BatchSpec['compression']>, readonly [bits: number, (bytes: Buffer) => Buffer]>
> = {
  gzip: [1, bytes => gzipSync(bytes)],
  snappy: [2, snappy],
  lz4: [3, lz4],
  zstd: [4, bytes => zstdCompressSync(bytes)],
  'broken gzip': [1, bytes => Buffer.alloc(bytes.length, 0x5a)],
  unknown: [5, bytes => bytes],
};

/** Encodes a record batch of magic 2; everything that the broker checks can be made wrong. */
export function recordBatch(spec: BatchSpec): Buffer {
  const { records, baseTimestamp = THEN } = spec;
  const [bits, compress] = spec.compression ? codecs[spec.compression] : ([0, (bytes: Buffer) => bytes] as const);
  const { plain = bytes => bytes, compressed = bytes => bytes } = spec;
  const payload = compressed(
    compress(plain(Buffer.concat(records.map((record, index) => encodeRecord(record, index))))),
  );
  const batch = Buffer.alloc(61 + payload.length);
  payload.copy(batch, 61);
  batch.writeBigInt64BE(BigInt(spec.baseOffset ?? 0), 0);
  batch.writeInt32BE(batch.length - 12 + (spec.lengthError ?? 0), 8);
  batch.writeInt32BE(-1, 12);
  batch.writeInt8(spec.magic ?? 2, 16);
  batch.writeInt16BE((spec.attributes ?? 0) | bits, 21);
  batch.writeInt32BE(spec.lastOffsetDelta ?? records.length - 1, 23);
  batch.writeBigInt64BE(BigInt(baseTimestamp), 27);
  const latest = Math.max(0, ...records.map(({ timestampDelta = 0 }) => timestampDelta));
  batch.writeBigInt64BE(BigInt(spec.maxTimestamp ?? baseTimestamp + latest), 35);
  batch.writeBigInt64BE(spec.producerId ?? -1n, 43);
  batch.writeInt16BE(spec.producerEpoch ?? -1, 51);
  batch.writeInt32BE(spec.baseSequence ?? -1, 53);
  batch.writeInt32BE(spec.recordCount ?? records.length, 57);
  batch.writeUInt32BE((crc32c(batch, 21) + (spec.crcError ?? 0)) >>> 0, 17);
  return batch;
}

/** A batch of plain records with these values. */
export const batchOf = (...values: readonly string[]): Buffer =>
  recordBatch({ records: values.map(value => ({ value })) });
