/** The frame that Java clients put around blocks: 8 bytes of magic, two int32 versions, then blocks with their lengths. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_SIZE = 16;
/** A copy of 64 bytes takes two. */
const MOST_GROWTH = 32;

/**
 * Looks through snappy (github.com/google/snappy, format_description.txt) without making what it stands for, because the
 * decompressor takes no limit, makes room for what a header claims, and keeps that room where it fails.
 * @returns bytes that it will become
 * @throws RangeError if it is no snappy
 */
export function checkSnappy(data: Buffer): number {
  if (!data.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) {
    return checkBlock(data, 0, data.length);
  }
  let size = 0;
  for (let at = XERIAL_HEADER_SIZE; at < data.length;) {
    const start = at + 4;
    const end = start > data.length ? start : start + data.readUInt32BE(at);
    if (end > data.length) {
      throw new RangeError('a snappy block is longer than its frame');
    }
    size += checkBlock(data, start, end);
    at = end;
  }
  return size;
}

function checkBlock(data: Buffer, start: number, end: number): number {
  let at = start;
  let claimed = 0;
  for (let scale = 1; ; scale *= 128) {
    if (at >= end || scale > 2 ** 28) {
      throw new RangeError('a snappy block does not say how long it is');
    }
    const byte = data[at++] as number;
    claimed += (byte & 127) * scale;
    if (byte < 128) {
      break;
    }
  }
  if (claimed > (end - start) * MOST_GROWTH) {
    throw new RangeError(`a snappy block of ${end - start} bytes claims to be ${claimed}`);
  }
  let size = 0;
  while (at < end) {
    const tag = data[at++] as number;
    const kind = tag & 3;
    if (kind === 0) {
      let length = (tag >>> 2) + 1;
      if (length > 60) {
        const width = length - 60;
        if (at + width > end) {
          throw new RangeError('a snappy literal has no length');
        }
        length = data.readUIntLE(at, width) + 1;
        at += width;
      }
      at += length;
      size += length;
    } else {
      size = checkCopy(data, at, end, tag, size);
      at += kind === 3 ? 4 : kind;
    }
  }
  if (at !== end || size !== claimed) {
    throw new RangeError(`a snappy block claims to be ${claimed} bytes and is ${size}`);
  }
  return size;
}

/** @returns how much there is after it */
function checkCopy(data: Buffer, at: number, end: number, tag: number, size: number): number {
  const kind = tag & 3;
  if (at + (kind === 3 ? 4 : kind) > end) {
    throw new RangeError('a snappy copy has no offset');
  }
  let offset = data[at] as number;
  if (kind === 1) {
    offset |= (tag >>> 5) << 8;
  } else {
    offset = kind === 2 ? data.readUInt16LE(at) : data.readUInt32LE(at);
  }
  if (offset === 0 || offset > size) {
    throw new RangeError('a snappy copy begins outside of its block');
  }
  return size + (kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1);
}
