import { describe, expect, it } from 'vitest';
import { MalformedMessageError } from './malformed-message-error.js';
import { Reader } from './reader.js';
import { Writer } from './writer.js';

const hex = (text: string): Reader => new Reader(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('a reader of hostile bytes', () => {
  it.each([
    ['a string longer than the rest', () => hex('7fff 61').string(false)],
    ['a string of negative length', () => hex('fffe').nullableString(false)],
    ['a compact string longer than the rest', () => hex('ffffffff0f 61').string(true)],
    ['a null where none is allowed', () => hex('ffff').string(false)],
    ['bytes of 2 GiB', () => hex('7fffffff 00').bytes(false)],
    ['bytes of negative length', () => hex('fffffff0').nullableBytes(false)],
    ['an array of 2^31-1 elements', () => hex('7fffffff 00').arrayLength(false, 1)],
    ['an array of negative length', () => hex('fffffffe').nullableArrayLength(false, 1)],
    ['an array whose elements cannot fit', () => hex('00000002 00000000').arrayLength(false, 4)],
    ['a null array where none is allowed', () => hex('ffffffff').arrayLength(false, 1)],
    ['a varint without end', () => hex('ffffffffffff').uvarint()],
    ['a varint above 32 bits', () => hex('ffffffff1f').uvarint()],
    ['a tagged field longer than the rest', () => hex('01 00 05 00').skipTaggedFields()],
    ['a number cut short', () => hex('0000').int32()],
  ])('refuses %s', (_, read) => {
    expect(read).toThrow(MalformedMessageError);
  });

  it('bounds the elements of nested arrays together', () => {
    const count = Buffer.alloc(4);
    count.writeInt32BE(3_000_000);
    const nested = new Reader(Buffer.concat([count, count, Buffer.alloc(3_000_000)]));
    expect(nested.arrayLength(false, 1)).toBe(3_000_000);
    expect(() => nested.arrayLength(false, 1)).toThrow(/more than \d+ array elements/);
  });

  it('confines a known tagged field to its size', () => {
    const reader = hex('02 0000 0000');
    const outerEnd = reader.enterTaggedField();
    expect(() => reader.int32()).toThrow(MalformedMessageError);
    reader.leaveTaggedField(outerEnd);
    expect(reader.remaining).toBe(2);
  });
});

describe('a writer', () => {
  it('hands on large record batches without copying them', () => {
    const writer = new Writer(8);
    const records = Buffer.alloc(10_000, 1);
    writer.int32(1);
    writer.bytes([records, records.subarray(0, 3)], false);
    writer.int8(2);
    const parts = writer.finish();
    expect(parts).toContain(records);
    expect(Buffer.concat(parts).length).toBe(4 + 4 + 10_003 + 1);
  });

  it('refuses a uuid that is none', () => {
    expect(() => new Writer().uuid('short')).toThrow(/22 characters of base64url/);
  });
});
