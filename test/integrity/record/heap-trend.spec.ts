import { describe, expect, it } from 'vitest';
import { HeapTrend, slopeOf } from './heap-trend.js';

describe('The slope of the heap', () => {
  it('is what a leak adds in an hour, whatever the warm-up did', () => {
    const samples = Array.from({ length: 100 }, (_, i) => ({
      at: i * 1_000,
      bytes: i < 20 ? i * 1e6 : 5e7 + i * 100 + (i % 2),
    }));
    expect(slopeOf(samples)).toBeCloseTo(100 * 3_600, -2);
  });

  it('is unknown from one measurement', () => {
    expect(slopeOf([{ at: 0, bytes: 1 }])).toBeNaN();
  });

  it('is measured after a collection: what nobody holds does not count', () => {
    const trend = new HeapTrend();
    const before = trend.measure().bytes;
    let garbage: unknown[] | undefined = Array.from({ length: 200_000 }, (_, i) => ({ i }));
    const during = trend.measure().bytes;
    expect(during - before).toBeGreaterThan(garbage.length * 10);
    garbage = undefined;
    expect(trend.measure().bytes - before).toBeLessThan(200_000 * 10);
  });
});
