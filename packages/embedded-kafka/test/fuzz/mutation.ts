type Random = () => number;

const EXTREMES = [-1, 0, 1, 0x7f, 0x80, 0x7fff, 0xffff, 0x7fffffff, -0x80000000, 0x01000000];

/** Lengths of two bytes, among them those that take a reader back to where it was. */
const EXTREME_SHORTS = [-1, -2, -3, -4, 0x7fff, -0x8000];

const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** Changes a few bytes, or the length, the way that breaks parsers: never two mutations are the same. */
export function mutate(bytes: Buffer, random: Random): Buffer {
  let mutated = Buffer.from(bytes);
  for (let count = 1 + below(random, 4); count > 0; count--)
    mutated = mutations[below(random, mutations.length)]!(mutated, random);
  return mutated;
}

const mutations: readonly ((bytes: Buffer, random: Random) => Buffer<ArrayBuffer>)[] = [
  function flipBit(bytes, random) {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[below(random, copy.length)]! ^= 1 << below(random, 8);
    return copy;
  },
  function replaceByte(bytes, random) {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[below(random, copy.length)] = below(random, 256);
    return copy;
  },
  function cut(bytes, random) {
    return Buffer.from(bytes.subarray(0, below(random, bytes.length + 1)));
  },
  function extend(bytes, random) {
    return Buffer.concat([bytes, noise(1 + below(random, 40), random)]);
  },
  function repeat(bytes, random) {
    const from = below(random, bytes.length + 1);
    const part = bytes.subarray(from, from + below(random, 24));
    return Buffer.concat([bytes.subarray(0, from), part, bytes.subarray(from)]);
  },
  function remove(bytes, random) {
    const from = below(random, bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + below(random, 8))]);
  },
  function extremeInteger(bytes, random) {
    const copy = Buffer.from(bytes);
    if (copy.length >= 4)
      copy.writeInt32BE(EXTREMES[below(random, EXTREMES.length)]! | 0, below(random, copy.length - 3));
    return copy;
  },
  function extremeShort(bytes, random) {
    const copy = Buffer.from(bytes);
    if (copy.length >= 2)
      copy.writeInt16BE(EXTREME_SHORTS[below(random, EXTREME_SHORTS.length)]!, below(random, copy.length - 1));
    return copy;
  },
  function extremeVarint(bytes, random) {
    const from = below(random, bytes.length + 1);
    const varint = Buffer.from([0xff, 0xff, 0xff, 0xff, below(random, 2) === 0 ? 0x0f : 0xff]);
    return Buffer.concat([bytes.subarray(0, from), varint, bytes.subarray(from + 1)]);
  },
];

export function noise(length: number, random: Random): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(length);
  for (let index = 0; index < length; index++) bytes[index] = below(random, 256);
  return bytes;
}
