const MAGIC = 0x184d2204;
const UNCOMPRESSED = 0x80000000;
const SHORTEST_MATCH = 4;
/** Magic, flags, block descriptor, checksum of the header. Bytes. */
const SHORTEST_HEADER = 7;
const FLAGS_AT = 4;
const DESCRIPTOR_AT = 5;
const CONTENT_SIZE_AT = 6;
const INDEPENDENT_BLOCKS = 0x20;
const BLOCK_CHECKSUMS = 0x10;
const CONTENT_SIZE = 0x08;
const DICTIONARY = 0x01;

/**
 * Looks through an LZ4 frame (github.com/lz4/lz4, lz4_Frame_format.md and lz4_Block_format.md) without making what it stands
 * for, because the decompressor takes no limit and keeps for good the room that it has made where it fails. What is behind
 * the frame is read by nobody.
 * @returns bytes that it will become
 * @throws RangeError if it is no LZ4
 */
export function checkLz4(data: Buffer): number {
  const flags = data[FLAGS_AT] ?? 0;
  if (data.length < SHORTEST_HEADER || data.readUInt32LE(0) !== MAGIC || flags >>> 6 !== 1 || flags & DICTIONARY) {
    throw new RangeError('this is no LZ4 frame that Kafka knows');
  }
  const hasSize = (flags & CONTENT_SIZE) !== 0;
  const longestBlock = 2 ** (8 + 2 * (((data[DESCRIPTOR_AT] as number) >>> 4) & 7));
  let at = hasSize ? SHORTEST_HEADER + 8 : SHORTEST_HEADER;
  let size = 0;
  for (let header = data.readUInt32LE(at); header !== 0; header = data.readUInt32LE(at)) {
    at += 4;
    const end = at + (header % UNCOMPRESSED);
    if (end > data.length) {
      throw new RangeError('an LZ4 block is longer than its frame');
    }
    const isIndependent = (flags & INDEPENDENT_BLOCKS) !== 0;
    const grown = header >= UNCOMPRESSED ? end - at : checkBlock(data, at, end, isIndependent ? 0 : size);
    if (grown > longestBlock) {
      throw new RangeError(`an LZ4 block of ${grown} bytes is longer than ${longestBlock}`);
    }
    size += grown;
    at = end + ((flags & BLOCK_CHECKSUMS) === 0 ? 0 : 4);
  }
  if (hasSize && data.readBigUInt64LE(CONTENT_SIZE_AT) !== BigInt(size)) {
    throw new RangeError(`an LZ4 frame of ${size} bytes claims another size`);
  }
  return size;
}

/** @param before bytes of earlier blocks that this one may repeat */
function checkBlock(data: Buffer, start: number, end: number, before: number): number {
  let size = 0;
  let at = start;
  while (at < end) {
    const token = data[at++] as number;
    let literals = token >>> 4;
    if (literals === 15) {
      for (let byte = 255; byte === 255 && at < end; literals += byte) {
        byte = data[at++] as number;
      }
    }
    size += literals;
    at += literals;
    if (at >= end) {
      // The last sequence is of literals alone.
      break;
    }
    const offset = (data[at] as number) | ((data[at + 1] as number) << 8);
    at += 2;
    if (offset === 0 || offset > before + size) {
      throw new RangeError('an LZ4 match begins outside of its frame');
    }
    let match = token & 15;
    if (match === 15) {
      for (let byte = 255; byte === 255 && at < end; match += byte) {
        byte = data[at++] as number;
      }
    }
    size += match + SHORTEST_MATCH;
  }
  if (at !== end) {
    throw new RangeError('a sequence is longer than its LZ4 block');
  }
  return size;
}
