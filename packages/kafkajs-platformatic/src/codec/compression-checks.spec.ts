import { describe, expect, it } from 'vitest';
import { KafkaJSCorruptBatchError } from '../errors/client-errors.js';
import { compressionsAlgorithmsByBitmask } from '../wire/platformatic.js';
import { CompressionTypes, decompress } from './compression.js';
import { checkLz4 } from './lz4-check.js';
import { checkSnappy } from './snappy-check.js';

const MEBIBYTE = 1024 * 1024;
const { Snappy, LZ4, ZSTD } = CompressionTypes;

function compressed(type: number, data: Buffer): Buffer {
  const bytes = compressionsAlgorithmsByBitmask[type]?.compressSync(data) as Uint8Array;
  return Buffer.from(bytes);
}

const noise = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 2_654_435_761) >>> 13));
const samples: [string, Buffer][] = [
  ['a byte', Buffer.from('a')],
  ['a sentence', Buffer.from('the quick brown fox jumps over the lazy dog, the quick brown fox')],
  ['noise', noise],
  ['zeros', Buffer.alloc(5 * MEBIBYTE)],
  ['noise repeated', Buffer.concat(Array.from({ length: 20 }, () => noise))],
];

describe('What bytes will grow to', () => {
  it.each(samples)('is known before they are decompressed: %s', (_name, data) => {
    expect(checkSnappy(compressed(Snappy, data))).toBe(data.length);
    expect(checkLz4(compressed(LZ4, data))).toBe(data.length);
    expect(decompress(Snappy, compressed(Snappy, data)).equals(data)).toBe(true);
    expect(decompress(LZ4, compressed(LZ4, data)).equals(data)).toBe(true);
  });

  it('is known of the blocks that Java clients write', () => {
    const header = Buffer.from('82534e41505059000000000100000001', 'hex');
    const blocks = ['one', 'two and three'].flatMap(text => {
      const block = compressed(Snappy, Buffer.from(text));
      const length = Buffer.alloc(4);
      length.writeInt32BE(block.length);
      return [length, block];
    });
    const framed = Buffer.concat([header, ...blocks]);
    expect(checkSnappy(framed)).toBe(16);
    expect(String(decompress(Snappy, framed))).toBe('onetwo and three');
  });
});

/** Sizes and a match whose length goes on for as long as it takes: 300 MiB of one letter. */
function lz4Bomb(): Buffer {
  const block = Buffer.concat([Buffer.from([0x1f, 0x61, 1, 0]), Buffer.alloc(1_234_000, 255), Buffer.from([0])]);
  const head = Buffer.from('04224d1860707300000000', 'hex');
  head.writeUInt32LE(block.length, 7);
  return Buffer.concat([head, block, Buffer.alloc(4)]);
}

const parts = (type: number): Buffer => {
  const part = compressed(type, Buffer.alloc(64 * MEBIBYTE));
  return Buffer.concat([part, part, part, part, part]);
};

describe('Bytes that would fill the memory', () => {
  it.each<[string, number, () => Buffer]>([
    ['320 MiB of zstd', ZSTD, () => parts(ZSTD)],
    ['300 MiB of LZ4', LZ4, lz4Bomb],
    [
      'a snappy block of 300 MiB',
      Snappy,
      () => Buffer.concat([Buffer.from([0x80, 0x80, 0x80, 0x96, 0x01]), Buffer.alloc(10 * MEBIBYTE)]),
    ],
    ['a snappy block that claims 4 GiB', Snappy, () => Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0, 1])],
    ['a snappy block that claims 200 MiB', Snappy, () => Buffer.from([0x80, 0x80, 0x80, 0x64, 0, 1])],
    ['a snappy block that does not say', Snappy, () => Buffer.from([0xff, 0xff])],
    ['an LZ4 frame that claims an exabyte', LZ4, () => Buffer.from('04224d18684000000000000000100000000000', 'hex')],
    ['an LZ4 frame cut off', LZ4, () => compressed(LZ4, noise).subarray(0, 100)],
    ['no LZ4 at all', LZ4, () => Buffer.from('nothing of the kind')],
  ])('are refused: %s', (_name, type, make) => {
    const bytes = make();
    const before = process.memoryUsage.rss();
    expect(() => decompress(type, bytes)).toThrow(KafkaJSCorruptBatchError);
    expect(process.memoryUsage.rss() - before).toBeLessThan(300 * MEBIBYTE);
  });
});
