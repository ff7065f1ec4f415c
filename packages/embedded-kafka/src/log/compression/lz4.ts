import { CorruptPayloadError, PayloadTooLargeError } from './corrupt-payload-error.js';

const FRAME_MAGIC = 0x184d2204;
const UNCOMPRESSED = 0x80000000;
const SHORTEST_MATCH = 4;
const LITERAL_BLOCK_BYTES = 64 * 1024;
/** Version 1, independent blocks of at most 64 KiB, no checksums but the header's. */
const LITERAL_FRAME_HEADER = Buffer.from('04224d18604082', 'hex');

/** LZ4 in its frame format (github.com/lz4/lz4, lz4_Frame_format.md). Checksums are not compared: the batch has its own. */
export function lz4Decompress(bytes: Buffer, maxBytes: number): Buffer {
  if (bytes.length < 7 || bytes.readUInt32LE(0) !== FRAME_MAGIC) throw new CorruptPayloadError('this is no LZ4 frame');
  const flags = bytes[4]!;
  if (flags >>> 6 !== 1) throw new CorruptPayloadError('an LZ4 frame has another version than 1');
  const hasBlockChecksums = (flags & 0x10) !== 0;
  let at = 7 + ((flags & 0x08) === 0 ? 0 : 8) + ((flags & 0x01) === 0 ? 0 : 4);
  const out = new Output(Math.min(maxBytes, bytes.length * 4), maxBytes);
  for (;;) {
    if (at + 4 > bytes.length) throw new CorruptPayloadError('an LZ4 frame has no end');
    const header = bytes.readUInt32LE(at);
    at += 4;
    if (header === 0) return out.bytes();
    const end = at + (header & ~UNCOMPRESSED);
    if (end > bytes.length) throw new CorruptPayloadError('an LZ4 block is longer than its frame');
    if (header >= UNCOMPRESSED) out.append(bytes, at, end);
    else decompressBlock(bytes, at, end, out);
    at = end + (hasBlockChecksums ? 4 : 0);
  }
}

/** A frame of uncompressed blocks: what every reader takes. Nothing gets smaller. */
export function lz4Frame(bytes: Buffer): Buffer {
  const parts: Buffer[] = [LITERAL_FRAME_HEADER];
  for (let at = 0; at < bytes.length; at += LITERAL_BLOCK_BYTES) {
    const block = bytes.subarray(at, at + LITERAL_BLOCK_BYTES);
    const header = Buffer.alloc(4);
    header.writeUInt32LE((block.length | UNCOMPRESSED) >>> 0);
    parts.push(header, block);
  }
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}

function decompressBlock(bytes: Buffer, start: number, end: number, out: Output): void {
  let at = start;
  const extended = (nibble: number): number => {
    let length = nibble;
    if (nibble === 15) {
      for (let byte = 255; byte === 255; length += byte) {
        if (at >= end) throw new CorruptPayloadError('an LZ4 block ends in a length');
        byte = bytes[at++]!;
      }
    }
    return length;
  };
  while (at < end) {
    const token = bytes[at++]!;
    const literals = extended(token >>> 4);
    if (at + literals > end) throw new CorruptPayloadError('LZ4 literals are longer than their block');
    out.append(bytes, at, at + literals);
    at += literals;
    // The last sequence has literals only.
    if (at === end) return;
    if (at + 2 > end) throw new CorruptPayloadError('an LZ4 match has no offset');
    const offset = bytes[at]! | (bytes[at + 1]! << 8);
    at += 2;
    out.repeat(offset, extended(token & 15) + SHORTEST_MATCH);
  }
}

/** Grows as bytes come, up to a bound: matches may reach back into earlier blocks. */
class Output {
  private buffer: Buffer;
  private used = 0;

  constructor(
    expectedBytes: number,
    private readonly maxBytes: number,
  ) {
    this.buffer = Buffer.allocUnsafe(expectedBytes);
  }

  bytes(): Buffer {
    return this.buffer.subarray(0, this.used);
  }

  append(source: Buffer, start: number, end: number): void {
    this.reserve(end - start);
    source.copy(this.buffer, this.used, start, end);
    this.used += end - start;
  }

  repeat(offset: number, length: number): void {
    if (offset === 0 || offset > this.used) throw new CorruptPayloadError('an LZ4 match is out of place');
    this.reserve(length);
    const { buffer } = this;
    // Byte by byte: source and target may overlap, which repeats a pattern.
    for (const end = this.used + length; this.used < end; this.used++) buffer[this.used] = buffer[this.used - offset]!;
  }

  private reserve(length: number): void {
    const needed = this.used + length;
    if (needed > this.maxBytes) throw new PayloadTooLargeError(this.maxBytes);
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.min(this.maxBytes, Math.max(needed, this.buffer.length * 2)));
    this.buffer.copy(larger, 0, 0, this.used);
    this.buffer = larger;
  }
}
