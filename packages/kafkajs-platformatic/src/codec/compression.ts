import { promisify } from 'node:util';
import { gunzipSync, gzip, zstdCompress, zstdDecompressSync } from 'node:zlib';
import { KafkaJSCorruptBatchError } from '../errors/client-errors.js';
import { KafkaJSNotImplemented } from '../errors/client-errors.js';
import { compressionsAlgorithmsByBitmask } from '../wire/platformatic.js';

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

/** GZIP and ZSTD are compressed off the event loop, Snappy and LZ4 (which are quick) on it. */
export async function compress(type: CompressionTypes, data: Buffer): Promise<Buffer> {
  if (type === CompressionTypes.None) {
    return data;
  }
  if (type === CompressionTypes.GZIP) {
    return gzipAsync(data);
  }
  if (type === CompressionTypes.ZSTD) {
    return zstdAsync(data);
  }
  return codec(type).compressSync(data);
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
    const decompressed = codec(type).decompressSync(data);
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
