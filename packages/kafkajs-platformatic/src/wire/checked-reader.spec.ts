import { describe, expect, it } from 'vitest';
import { CheckedReader } from './checked-reader.js';

const reader = (...bytes: number[]): CheckedReader => CheckedReader.over(Buffer.from(bytes));
const MOST = [0x7f, 0xff, 0xff, 0xff];
/** A length of two bytes that takes a reader back to where it began. */
const BACK = [0xff, 0xfe];

describe('CheckedReader', () => {
  it('does not go round for ever in an array of strings whose length is -2', () => {
    const strings = reader(...MOST, ...BACK, ...BACK);
    expect(() => strings.readArray(r => r.readString(false), false, false)).toThrow(/an array of 2147483647 elements/);
    expect(() => reader(0, 0, 0, 2, ...BACK).readArray(r => r.readString(false), false, false)).toThrow(
      /a string of -2 bytes at byte 6/,
    );
  });

  it('does not go back over a tagged field whose length has overflowed', () => {
    // Two tagged fields; the length of the first has all 32 bits set, which the library takes for -1.
    expect(() => reader(2, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0).readTaggedFields()).toThrow(
      /a field of 4294967295 bytes/,
    );
  });

  it.each<[string, (r: CheckedReader) => unknown, number[]]>([
    ['bytes of a negative length', r => r.readBytes(false), [0xff, 0xff, 0xff, 0xfe, 1]],
    ['bytes that are longer than the response', r => r.readBytes(false), [...MOST, 1]],
    ['compact bytes that are longer than the response', r => r.readBytes(), [9, 1]],
    ['a compact string that is longer than the response', r => r.readString(), [9, 65]],
    ['an array of more elements than bytes', r => r.readArray(e => e.readInt8()), [9, 1, 2]],
    ['a map of more entries than bytes', r => r.readMap(e => [e.readInt8(), 1]), [9, 1, 2]],
    ['an array of a negative length', r => r.readArray(e => e.readInt8(), false, false), [0xff, 0xff, 0xff, 0xfe]],
    ['more tagged fields than there is room for', r => r.readTaggedFields(), [3, 0, 0, 0]],
    ['a varint without an end', r => r.readUnsignedVarInt(), [0xff, 0xff, 0xff, 0xff, 0xff, 1]],
    ['a varint that is cut off', r => r.readUnsignedVarInt(), [0xff]],
    ['a varint after the end', r => r.readUnsignedVarInt(), []],
    ['a step backwards', r => r.skip(-1), [1]],
  ])('refuses %s', (_name, read, bytes) => {
    expect(() => read(reader(...bytes))).toThrow(RangeError);
  });

  it('reads what is well formed as the library does', () => {
    expect(reader(0x80, 0x01).readUnsignedVarInt()).toBe(128);
    expect(reader(0xff, 0xff, 0xff, 0xff, 0x07).readUnsignedVarInt()).toBe(0x7fffffff);
    expect(reader(0).readNullableString()).toBeNull();
    expect(reader(0xff, 0xff).readNullableString(false)).toBeNull();
    expect(reader(3, 104, 105).readString()).toBe('hi');
    expect(reader(0, 0, 0, 1, 7).readBytes(false)).toEqual(Buffer.from([7]));
    expect(reader(0xff, 0xff, 0xff, 0xff).readNullableBytes(false)).toBeNull();
    expect(reader(0).readNullableArray(r => r.readInt8())).toBeNull();
    expect(reader(3, 5, 0, 6, 0).readArray(r => r.readInt8())).toEqual([5, 6]);
    expect(reader(2, 5, 6, 0).readMap(r => [r.readInt8(), r.readInt8()])).toEqual(new Map([[5, 6]]));
    const tagged = reader(1, 4, 2, 9, 9, 42);
    tagged.readTaggedFields();
    expect(tagged.readInt8()).toBe(42);
  });
});
