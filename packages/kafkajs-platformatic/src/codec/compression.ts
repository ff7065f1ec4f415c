import { promisify } from 'node:util';
import { gunzipSync, gzip, zstdCompress, zstdDecompressSync } from 'node:zlib';
import { KafkaJSCorruptBatchError } from '../errors/client-errors.js';
import { KafkaJSNotImplemented } from '../errors/client-errors.js';
import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { compressionsAlgorithmsByBitmask } from '../wire/platformatic.js';
import { checkLz4 } from './lz4-check.js';
import { checkSnappy } from './snappy-check.js';

/** The codec numbers of Kafka's record batches, under KafkaJS's names. All work without another package. */
export const CompressionTypes = { None: 0, GZIP: 1, Snappy: 2, LZ4: 3, ZSTD: 4 } as const;
export type CompressionTypes = (typeof CompressionTypes)[keyof typeof CompressionTypes];

/** What a batch may grow to when it is decompressed; brokers accept batches far below it. Bytes. */
const MAX_DECOMPRESSED_SIZE = 256 * 1024 * 1024;

const gzipAsync = promisify(gzip);
const zstdAsync = promisify(zstdCompress);

export function isCompressionType(value: unknown): value is CompressionTypes {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 4;
}

/** What KafkaJS's codec packages export: a factory of these. */
export interface CompressionCodec {
  /** Takes KafkaJS's encoder, of which it reads `buffer`. */
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer> | Buffer;
  decompress(buffer: Buffer): Promise<Buffer> | Buffer;
}

type Registry = Record<Exclude<CompressionTypes, 0>, () => CompressionCodec>;

/**
 * KafkaJS's registry. A codec that is put here compresses what is sent from then on. What is read is always decompressed
 * by the built-in ones, which know all four formats.
 */
export const CompressionCodecs: Registry = {
  [CompressionTypes.GZIP]: builtIn(CompressionTypes.GZIP),
  [CompressionTypes.Snappy]: builtIn(CompressionTypes.Snappy),
  [CompressionTypes.LZ4]: builtIn(CompressionTypes.LZ4),
  [CompressionTypes.ZSTD]: builtIn(CompressionTypes.ZSTD),
};

function builtIn(type: Exclude<CompressionTypes, 0>): () => CompressionCodec {
  const own: CompressionCodec = {
    compress: ({ buffer }) => compressBuiltIn(type, buffer),
    decompress: async buffer => decompress(type, buffer),
  };
  return () => own;
}

/** @throws KafkaJSNonRetriableError if a codec of the application does not return bytes. */
export async function compress(type: CompressionTypes, data: Buffer): Promise<Buffer> {
  if (type === CompressionTypes.None) {
    return data;
  }
  const compressed: unknown = await CompressionCodecs[type]().compress({ buffer: data });
  if (!Buffer.isBuffer(compressed)) {
    throw new KafkaJSNonRetriableError(`CompressionCodecs[${type}]: compress() must return a Buffer`);
  }
  return compressed;
}

/** GZIP and ZSTD are compressed off the event loop, Snappy and LZ4 (which are quick) on it. */
async function compressBuiltIn(type: Exclude<CompressionTypes, 0>, data: Buffer): Promise<Buffer> {
  if (type === CompressionTypes.GZIP) {
    return gzipAsync(data);
  }
  if (type === CompressionTypes.ZSTD) {
    return zstdAsync(data);
  }
  const compressed = codec(type).compressSync(data);
  return Buffer.from(compressed.buffer, compressed.byteOffset, compressed.byteLength);
}

/** @throws KafkaJSCorruptBatchError if the bytes are not what the codec wrote. */
export function decompress(type: number, data: Buffer): Buffer {
  try {
    if (type === CompressionTypes.GZIP) {
      return gunzipSync(data, { maxOutputLength: MAX_DECOMPRESSED_SIZE });
    }
    if (type === CompressionTypes.ZSTD) {
      return zstdDecompressSync(data, { maxOutputLength: MAX_DECOMPRESSED_SIZE });
    }
    const { decompressSync } = codec(type);
    const size = type === CompressionTypes.Snappy ? checkSnappy(data) : checkLz4(data);
    if (size > MAX_DECOMPRESSED_SIZE) {
      throw new RangeError(`${data.length} bytes would become ${size}, more than ${MAX_DECOMPRESSED_SIZE}`);
    }
    const decompressed = decompressSync(data);
    return Buffer.from(decompressed.buffer, decompressed.byteOffset, decompressed.byteLength);
  } catch (error) {
    if (error instanceof KafkaJSNotImplemented) {
      throw error;
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new KafkaJSCorruptBatchError(`Records cannot be decompressed (codec ${type}): ${reason}`, { cause: error });
  }
}

function codec(type: number): (typeof compressionsAlgorithmsByBitmask)[string] {
  const algorithm = compressionsAlgorithmsByBitmask[type];
  if (algorithm === undefined) {
    throw new KafkaJSNotImplemented(`Record batch uses compression codec ${type}, which this client does not know`);
  }
  return algorithm;
}
