import { describe, expect, it } from 'vitest';
import { MalformedMessageError } from '../protocol/malformed-message-error.js';
import { FrameBlocks } from './frame-blocks.js';
import { FrameReader } from './frame-reader.js';

const frame = (size: number, fill: number): Buffer => {
  const bytes = Buffer.alloc(4 + size, fill);
  bytes.writeInt32BE(size, 0);
  return bytes;
};

function readAll(reader: FrameReader): Buffer[] {
  const frames: Buffer[] = [];
  for (let next = reader.next(); next !== undefined; next = reader.next()) frames.push(next);
  return frames;
}

const inHalves = (reader: FrameReader, bytes: Buffer): Buffer => {
  reader.push(bytes.subarray(0, 20_000));
  expect(reader.next()).toBeUndefined();
  reader.push(bytes.subarray(20_000));
  return reader.next()!;
};

describe('the frame reader', () => {
  const stream = Buffer.concat([frame(8, 1), frame(1_000, 2), frame(9, 3), frame(70_000, 4), frame(8, 5)]);

  it.each([1, 2, 3, 5, 7, 64, 1_013, 65_536, stream.length])('cuts a stream that comes in chunks of %i bytes', size => {
    const reader = new FrameReader(100_000);
    const frames: Buffer[] = [];
    for (let at = 0; at < stream.length; at += size) {
      reader.push(stream.subarray(at, at + size));
      frames.push(...readAll(reader));
    }
    expect(frames.map(each => [each.length, each.every(byte => byte === each[0]), each[0]])).toEqual([
      [8, true, 1],
      [1_000, true, 2],
      [9, true, 3],
      [70_000, true, 4],
      [8, true, 5],
    ]);
  });

  it('uses the memory of a frame again once it is released, and never that of one that is not', () => {
    const blocks = new FrameBlocks();
    const [one, other] = [new FrameReader(100_000, blocks), new FrameReader(100_000, blocks)];
    const kept = inHalves(one, frame(60_000, 1));
    one.release(Buffer.from(kept));
    const released = inHalves(one, frame(70_000, 2));
    expect(released.buffer).not.toBe(kept.buffer);
    one.release(released);
    const next = inHalves(other, frame(50_000, 3));
    expect(next.buffer).toBe(released.buffer);
    expect(next.length).toBe(50_000);
    expect([kept, next].map(each => each.every(byte => byte === each[0]))).toEqual([true, true]);
  });

  it('keeps what is pushed while frames wait to be read', () => {
    const reader = new FrameReader(100_000);
    for (let at = 0; at < 1_100; at += 10) reader.push(stream.subarray(at, Math.min(at + 10, 1_100)));
    expect(reader.bufferedBytes).toBe(1_100);
    expect(readAll(reader).map(each => each.length)).toEqual([8, 1_000, 9]);
  });

  it.each([
    ['negative', 'ffffffff'],
    ['too large', '7fffffff'],
    ['smaller than any header', '00000007'],
    ['HTTP', Buffer.from('GET / HTTP/1.1').toString('hex')],
    ['TLS', '160301020001000000'],
  ])('refuses a length that is %s', (_, bytes) => {
    const reader = new FrameReader(104_857_600);
    reader.push(Buffer.from(bytes, 'hex'));
    expect(() => reader.next()).toThrow(MalformedMessageError);
  });

  it('allocates for bytes that came, not for those that were announced', () => {
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 50 }, () => {
      const reader = new FrameReader(104_857_600);
      const head = Buffer.alloc(4 + 100);
      head.writeInt32BE(104_857_600, 0);
      reader.push(head);
      expect(reader.next()).toBeUndefined();
      return reader;
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(readers.length * 1_100_000);
  });

  it('puts a frame of several MiB together', () => {
    const reader = new FrameReader(10_000_000);
    const big = frame(5_000_000, 9);
    for (let at = 0; at < big.length; at += 65_536) reader.push(big.subarray(at, at + 65_536));
    expect(reader.next()?.equals(big.subarray(4))).toBe(true);
  });
});
