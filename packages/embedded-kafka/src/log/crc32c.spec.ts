import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.js';

describe('crc32c', () => {
  // RFC 3720, appendix B.4
  it.each([
    ['32 zero bytes', Buffer.alloc(32), 0x8a9136aa],
    ['32 bytes of ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
    ['0 to 31', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
    ['"123456789"', Buffer.from('123456789'), 0xe3069283],
    ['nothing', Buffer.alloc(0), 0],
  ])('agrees with the published value for %s', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('agrees with a plain bit by bit calculation, wherever the bytes begin and end', () => {
    const bytes = Buffer.from(Array.from({ length: 200 }, (_, index) => (index * 73 + 11) & 0xff));
    for (let start = 0; start < 9; start++) {
      for (const end of [start, start + 1, start + 63, start + 64, start + 65, start + 100, start + 143, 200]) {
        expect(crc32c(bytes, start, end), `${start} to ${end}`).toBe(bitByBit(bytes.subarray(start, end)));
      }
    }
  });

  it('covers the range that it is given only', () => {
    expect(crc32c(Buffer.from('xx123456789yy'), 2, 11)).toBe(0xe3069283);
  });
});

function bitByBit(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}
