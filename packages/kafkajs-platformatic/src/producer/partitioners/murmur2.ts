const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const R = 24;

/** Murmur2 as Kafka's Java client computes it, so that all clients put a key on the same partition. A signed 32-bit number. */
export function murmur2(key: Buffer | string): number {
  const data = typeof key === 'string' ? Buffer.from(key) : key;
  const { length } = data;
  let h = SEED ^ length;
  let position = 0;
  for (; position + 4 <= length; position += 4) {
    let k = Math.imul(data.readInt32LE(position), M);
    k = Math.imul(k ^ (k >>> R), M);
    h = Math.imul(h, M) ^ k;
  }
  if (position < length) {
    for (let i = length - 1; i >= position; i--) {
      h ^= (data[i] as number) << (8 * (i - position));
    }
    h = Math.imul(h, M);
  }
  h = Math.imul(h ^ (h >>> 13), M);
  return h ^ (h >>> 15);
}
