import { describe, expect, it } from 'vitest';
import { FrameReader } from './frame-reader.js';

function frame(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(text.length, 0);
  return Buffer.concat([length, Buffer.from(text)]);
}

describe('Frames', () => {
  const stream = Buffer.concat(['first', 'second one', '4444'].map(frame));

  it.each([1, 2, 3, 5, 7, 100])('come out whole of chunks of %i bytes', size => {
    const reader = new FrameReader();
    const frames: string[] = [];
    for (let at = 0; at < stream.length; at += size) {
      reader.push(stream.subarray(at, at + size), bytes => frames.push(bytes.toString()));
    }
    expect(frames).toEqual(['first', 'second one', '4444']);
  });

  it('that lie in one chunk are not copied', () => {
    const frames: Buffer[] = [];
    new FrameReader().push(stream, bytes => frames.push(bytes));
    expect(frames[0]?.buffer).toBe(stream.buffer);
  });

  it.each([-1, 3, 0x7fffffff, 0x48545450])(
    'of the announced length %i are refused before they are waited for',
    length => {
      const head = Buffer.alloc(4);
      head.writeInt32BE(length, 0);
      expect(() => new FrameReader().push(head, () => {})).toThrow(/does not speak Kafka's protocol/);
    },
  );
});
