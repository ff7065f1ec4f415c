import type { Field, Message } from '../../scripts/schema.mjs';

/** Deterministic pseudo-random numbers in [0, 1) (mulberry32), so that a failure can be repeated by its seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const within = (versions: { from: number; to: number } | undefined, version: number): boolean =>
  versions !== undefined && version >= versions.from && version <= versions.to;

/** A message that has a random value wherever its version has a field, and defaults elsewhere: what a read gives back. */
export function randomMessage(message: Message, version: number, random: () => number): Record<string, unknown> {
  const integer = (bits: number): number => Math.floor((random() - 0.5) * 2 ** bits);
  const primitive = (type: string): unknown => {
    switch (type) {
      case 'bool':
        return random() < 0.5;
      case 'int8':
        return integer(8);
      case 'int16':
        return integer(16);
      case 'uint16':
        return Math.floor(random() * 65_536);
      case 'int32':
        return integer(32);
      case 'int64':
        return BigInt(integer(53));
      case 'float64':
        return random();
      case 'uuid':
        return Buffer.from(Array.from({ length: 16 }, () => Math.floor(random() * 256))).toString('base64url');
      case 'string':
        return 'aé€😀'.repeat(Math.floor(random() * 40));
      default:
        return Buffer.alloc(Math.floor(random() * 3_000), 7);
    }
  };
  const element = (field: Field): unknown => {
    const struct = message.structs.get(field.type);
    return struct ? structValue(struct) : primitive(field.type);
  };
  const present = (field: Field): boolean =>
    within(field.versions, version) && (field.tag === undefined || within(field.tagVersions, version));
  const value = (field: Field): unknown => {
    if (!present(field)) return defaultValue(message, field);
    if (within(field.nullable, version) && random() < 0.3) return null;
    if (!field.isArray) return element(field);
    return Array.from({ length: Math.floor(random() * 4) }, () => element(field));
  };
  const structValue = (fields: readonly Field[]): Record<string, unknown> =>
    Object.fromEntries(fields.map(field => [field.property, value(field)]));
  return structValue(message.fields);
}

/** What a field reads as in a version that lacks it. */
export function defaultValue(message: Message, field: Field): unknown {
  if (field.default === 'null') return null;
  if (field.isArray) return [];
  const struct = message.structs.get(field.type);
  if (struct) return Object.fromEntries(struct.map(child => [child.property, defaultValue(message, child)]));
  switch (field.type) {
    case 'bool':
      return field.default === 'true';
    case 'int64':
      return BigInt(field.default ?? '0');
    case 'uuid':
      return 'AAAAAAAAAAAAAAAAAAAAAA';
    case 'string':
      return field.default === undefined ? '' : (JSON.parse(field.default) as string);
    case 'bytes':
    case 'records':
      return Buffer.alloc(0);
    default:
      return Number(field.default ?? '0');
  }
}
