import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { Compression } from '../record-batch.js';
import { CorruptPayloadError, PayloadTooLargeError } from './corrupt-payload-error.js';
import { lz4Decompress, lz4Frame } from './lz4.js';
import { snappyDecompress, snappyFrame } from './snappy.js';

/** @throws CorruptPayloadError if the bytes are not what the compression says, a PayloadTooLargeError if they would become more than `maxBytes` */
export function decompress(compression: number, bytes: Buffer, maxBytes: number): Buffer {
  const options = { maxOutputLength: maxBytes };
  switch (compression) {
    case Compression.none:
      return bytes;
    case Compression.gzip:
      return fromZlib(() => gunzipSync(bytes, options), maxBytes);
    case Compression.snappy:
      return snappyDecompress(bytes, maxBytes);
    case Compression.lz4:
      return lz4Decompress(bytes, maxBytes);
    case Compression.zstd:
      // No frame at all is a stream, too.
      if (bytes.length === 0) return bytes;
      return fromZlib(() => zstdDecompressSync(bytes, options), maxBytes);
    default:
      throw new CorruptPayloadError(`there is no compression type ${compression}`);
  }
}

/** The inverse. What Node cannot compress (snappy, lz4) becomes the same format without being any smaller. */
export function compress(compression: number, bytes: Buffer): Buffer {
  switch (compression) {
    case Compression.gzip:
      return gzipSync(bytes);
    case Compression.snappy:
      return snappyFrame(bytes);
    case Compression.lz4:
      return lz4Frame(bytes);
    case Compression.zstd:
      return zstdCompressSync(bytes);
    default:
      return bytes;
  }
}

function fromZlib(decompressed: () => Buffer, maxBytes: number): Buffer {
  try {
    return decompressed();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new PayloadTooLargeError(maxBytes, { cause });
    }
    throw new CorruptPayloadError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
