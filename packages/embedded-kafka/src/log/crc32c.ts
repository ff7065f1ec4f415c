import { endianness } from 'node:os';

/** CRC-32C (Castagnoli, reversed polynomial), sixteen bytes a step: Node has no binding for it. */
const POLYNOMIAL = 0x82f63b78;
/** Eight took up to half as long again, measured in CPU time. */
const STEP = 16;
const WORD_BYTES = 4;
/** With fewer bytes, a view on words costs more than it saves. */
const FEW_BYTES = 64;

function buildTables(): Int32Array {
  const tables = new Int32Array(STEP * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[byte] = crc;
  }
  for (let table = 1; table < STEP; table++) {
    for (let byte = 0; byte < 256; byte++) {
      const previous = tables[(table - 1) * 256 + byte]!;
      tables[table * 256 + byte] = (previous >>> 8) ^ tables[previous & 0xff]!;
    }
  }
  return tables;
}

let tables: Int32Array | undefined;
/** The first byte of a word has to be its lowest. */
const canReadWords = endianness() === 'LE';

/** The checksum of `bytes[start, end)` as an unsigned 32-bit integer. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const t = (tables ??= buildTables());
  if (!canReadWords || end - start < FEW_BYTES) return ~byteByByte(t, -1, bytes, start, end) >>> 0;
  const misplaced = (bytes.byteOffset + start) % WORD_BYTES;
  const from = misplaced === 0 ? start : start + WORD_BYTES - misplaced;
  const steps = Math.floor((end - from) / STEP);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + from, (steps * STEP) / WORD_BYTES);
  const crc = wordByWord(t, byteByByte(t, -1, bytes, start, from), words);
  return ~byteByByte(t, crc, bytes, from + steps * STEP, end) >>> 0;
}

function byteByByte(t: Int32Array, begun: number, bytes: Uint8Array, start: number, end: number): number {
  let crc = begun;
  for (let at = start; at < end; at++) crc = t[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return crc;
}

/** Reading words instead of bytes took less than half of the time, measured in CPU time. */
function wordByWord(t: Int32Array, begun: number, words: Int32Array): number {
  let crc = begun;
  for (let at = 0; at + 3 < words.length; at += STEP / WORD_BYTES) {
    const first = crc ^ words[at]!;
    const second = words[at + 1]!;
    const third = words[at + 2]!;
    const fourth = words[at + 3]!;
    crc =
      t[3840 + (first & 0xff)]! ^
      t[3584 + ((first >>> 8) & 0xff)]! ^
      t[3328 + ((first >>> 16) & 0xff)]! ^
      t[3072 + (first >>> 24)]! ^
      t[2816 + (second & 0xff)]! ^
      t[2560 + ((second >>> 8) & 0xff)]! ^
      t[2304 + ((second >>> 16) & 0xff)]! ^
      t[2048 + (second >>> 24)]! ^
      t[1792 + (third & 0xff)]! ^
      t[1536 + ((third >>> 8) & 0xff)]! ^
      t[1280 + ((third >>> 16) & 0xff)]! ^
      t[1024 + (third >>> 24)]! ^
      t[768 + (fourth & 0xff)]! ^
      t[512 + ((fourth >>> 8) & 0xff)]! ^
      t[256 + ((fourth >>> 16) & 0xff)]! ^
      t[fourth >>> 24]!;
  }
  return crc;
}
