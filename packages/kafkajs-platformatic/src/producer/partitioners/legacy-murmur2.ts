const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const R = 24;

/**
 * The hash of KafkaJS 1.x. It multiplies in floating point and reads a last, incomplete word twice, so it differs from
 * Java's; topics that were written with it need it to keep their keys where they are.
 */
export function legacyMurmur2(key: Buffer | string): number {
  const data = typeof key === 'string' ? Buffer.from(key) : key;
  const { length } = data;
  const byteAt = (index: number): number => data[index] ?? 0;
  let h = SEED ^ length;
  for (let at = 0; at < length; at += 4) {
    let k = byteAt(at) + (byteAt(at + 1) << 8) + (byteAt(at + 2) << 16) + (byteAt(at + 3) << 24);
    k *= M;
    k ^= k >>> R;
    k *= M;
    h *= M;
    h ^= k;
  }
  const rest = length % 4;
  if (rest > 0) {
    const tail = length - rest;
    for (let i = rest - 1; i >= 0; i--) {
      h ^= byteAt(tail + i) << (8 * i);
    }
    h *= M;
  }
  h ^= h >>> 13;
  h *= M;
  h ^= h >>> 15;
  return h;
}
