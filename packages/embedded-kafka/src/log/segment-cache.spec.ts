import { expect, it } from 'vitest';
import { buildBatch } from '../../test/support/build-batch.js';
import { LogSegment } from './log-segment.js';
import { SegmentCache } from './segment-cache.js';

it('holds as much as fits, and reads again what does not', () => {
  const batch = buildBatch({ values: ['x'.repeat(1_000)] });
  const cache = new SegmentCache(batch.length * 2);
  const reads: number[] = [];
  const segments = [0, 1, 2].map(base => {
    const segment = new LogSegment(base, batch.length);
    segment.append(batch, 0);
    const bytes = Buffer.from(batch);
    segment.seal({
      cache,
      read: () => {
        reads.push(base);
        return bytes;
      },
    });
    return segment;
  });
  const [first, second, third] = segments;
  expect(third?.slice(0, 10)).toEqual(batch.subarray(0, 10));
  expect(reads).toEqual([]);
  expect(first?.slice(0, batch.length)).toEqual(batch);
  expect(reads).toEqual([0]);
  expect([...(second?.batches() ?? [])]).toEqual([batch]);
  expect(reads).toEqual([0, 1]);
  expect(second?.positionOf(0)).toBe(0);
  expect(reads).toEqual([0, 1]);
  first?.discard();
  expect(third?.slice(0, batch.length)).toEqual(batch);
  expect(reads).toEqual([0, 1, 2]);
});
