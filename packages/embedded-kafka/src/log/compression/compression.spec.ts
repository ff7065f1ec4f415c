import { compressionsAlgorithms } from '@platformatic/kafka';
import { describe, expect, it } from 'vitest';
import { Compression } from '../record-batch.js';
import { compress, decompress } from './compression.js';
import { CorruptPayloadError } from './corrupt-payload-error.js';

const BOUND = 1 << 22;
const kinds = Object.entries(Compression).filter(([name]) => name !== 'none');

/** Repeats near and far, and stretches without any. */
function sample(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let seed = length;
  for (let at = 0; at < length; at++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    bytes[at] = at % 1_000 < 400 ? (seed >>> 16) & 0xff : at % 7;
  }
  return bytes;
}

describe('Compression', () => {
  for (const [name, code] of kinds) {
    const peer = compressionsAlgorithms[name as 'gzip'];

    it.each([0, 1, 17, 70, 5_000, 300_000])(`reads ${name} of others (%i bytes)`, length => {
      const bytes = sample(length);
      const compressed = Buffer.from(peer.compressSync(bytes) as Buffer);
      expect(decompress(code, compressed, BOUND).equals(bytes)).toBe(true);
    });

    it.each([1, 100, 5_000, 300_000])(`writes ${name} that others and we read (%i bytes)`, length => {
      const bytes = sample(length);
      const compressed = compress(code, bytes);
      expect(Buffer.from(peer.decompressSync(compressed) as Buffer).equals(bytes)).toBe(true);
      expect(decompress(code, compressed, BOUND).equals(bytes)).toBe(true);
    });

    it(`stops ${name} at its bound`, () => {
      const compressed = Buffer.from(peer.compressSync(Buffer.alloc(1_000_000)) as Buffer);
      expect(compressed.length).toBeLessThan(60_000);
      expect(() => decompress(code, compressed, 100_000)).toThrow(CorruptPayloadError);
    });

    it(`says of damaged ${name} nothing worse than that it is damaged`, () => {
      const compressed = Buffer.from(peer.compressSync(sample(5_000)) as Buffer);
      let seed = 1;
      for (let round = 0; round < 300; round++) {
        const damaged = Buffer.from(
          compressed.subarray(0, round % 3 === 0 ? 1 + ((round * 37) % compressed.length) : undefined),
        );
        for (let flips = 0; flips < 3; flips++) {
          seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
          damaged[seed % damaged.length]! ^= 1 << (seed % 8);
        }
        try {
          expect(decompress(code, damaged, BOUND).length).toBeLessThanOrEqual(BOUND);
        } catch (error) {
          expect(error).toBeInstanceOf(CorruptPayloadError);
        }
      }
    });
  }
});
