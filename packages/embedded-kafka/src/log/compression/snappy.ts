import { CorruptPayloadError, PayloadTooLargeError } from './corrupt-payload-error.js';

/** The frame that Java clients put around blocks: 8 bytes of magic, two int32 versions, then blocks with their lengths. */
const FRAME_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const FRAME_HEADER_BYTES = 16;
const LITERAL_BLOCK_BYTES = 32 * 1024;

/** Snappy (github.com/google/snappy, format_description.txt), bare or in the frame of Java clients. */
export function snappyDecompress(bytes: Buffer, maxBytes: number): Buffer {
  if (!bytes.subarray(0, FRAME_MAGIC.length).equals(FRAME_MAGIC)) return decompressBlock(bytes, maxBytes);
  const blocks: Buffer[] = [];
  let left = maxBytes;
  for (let at = FRAME_HEADER_BYTES; at < bytes.length;) {
    if (at + 4 > bytes.length) throw new CorruptPayloadError('a snappy frame ends in a length');
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new CorruptPayloadError('a snappy block is longer than its frame');
    const block = decompressBlock(bytes.subarray(at + 4, end), left);
    blocks.push(block);
    left -= block.length;
    at = end;
  }
  return Buffer.concat(blocks);
}

/** Literals in frames: what every reader takes. Nothing gets smaller. */
export function snappyFrame(bytes: Buffer): Buffer {
  const header = Buffer.concat([FRAME_MAGIC, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])]);
  const parts: Buffer[] = [header];
  for (let at = 0; at < bytes.length; at += LITERAL_BLOCK_BYTES) {
    const literal = bytes.subarray(at, at + LITERAL_BLOCK_BYTES);
    const { length } = literal;
    const size = [(length & 127) | 128, ((length >> 7) & 127) | 128, length >> 14];
    const tag = length <= 60 ? [(length - 1) << 2] : [61 << 2, (length - 1) & 0xff, (length - 1) >> 8];
    const head = Buffer.from([0, 0, 0, 0, ...size, ...tag]);
    head.writeUInt32BE(head.length - 4 + length, 0);
    parts.push(head, literal);
  }
  return Buffer.concat(parts);
}

function decompressBlock(bytes: Buffer, maxBytes: number): Buffer {
  let at = 0;
  let size = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[at++];
    if (byte === undefined || scale > 2 ** 28) throw new CorruptPayloadError('a snappy block has no length');
    size += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  // A copy of 64 bytes takes two, so nothing grows more than 32 times: what claims to is not allocated.
  if (size > bytes.length * 32) throw new CorruptPayloadError(`a snappy block claims ${size} bytes`);
  if (size > maxBytes) throw new PayloadTooLargeError(maxBytes);
  const out = Buffer.allocUnsafe(size);
  let to = 0;
  while (at < bytes.length) {
    const tag = bytes[at++]!;
    const kind = tag & 3;
    let length = (tag >>> 2) + 1;
    if (kind === 0) {
      if (length > 60) {
        const width = length - 60;
        if (at + width > bytes.length) throw new CorruptPayloadError('a snappy literal has no length');
        length = bytes.readUIntLE(at, width) + 1;
        at += width;
      }
      if (at + length > bytes.length || to + length > size)
        throw new CorruptPayloadError('a snappy literal is too long');
      bytes.copy(out, to, at, at + length);
      at += length;
      to += length;
      continue;
    }
    const width = kind === 3 ? 4 : kind;
    if (at + width > bytes.length) throw new CorruptPayloadError('a snappy copy has no offset');
    let offset = bytes.readUIntLE(at, width);
    if (kind === 1) {
      offset += (tag >>> 5) << 8;
      length = ((tag >>> 2) & 7) + 4;
    }
    at += width;
    if (offset === 0 || offset > to || to + length > size)
      throw new CorruptPayloadError('a snappy copy is out of place');
    // Byte by byte: source and target may overlap, which repeats a pattern.
    for (const end = to + length; to < end; to++) out[to] = out[to - offset]!;
  }
  if (to !== size) throw new CorruptPayloadError(`a snappy block has ${to} bytes, ${size} were announced`);
  return out;
}
