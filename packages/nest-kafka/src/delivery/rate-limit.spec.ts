import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RateLimit } from './rate-limit.js';

describe('RateLimit', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('lets no more in within the time, wherever it begins, and keeps the line in order', () => {
    const limit = new RateLimit(3, 100, Date.now);
    const at: number[] = [];
    const order: number[] = [];
    const began = Date.now();
    for (let i = 0; i < 10; i++) {
      limit.enter(() => {
        order.push(i);
        at.push(Date.now() - began);
      });
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(1_000);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(at).toEqual([0, 10, 20, 100, 110, 120, 200, 210, 220, 300]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets go those who leave the line, and leaves no timer behind', () => {
    const limit = new RateLimit(1, 100, Date.now);
    const served: string[] = [];
    limit.enter(() => served.push('first'));
    const leave = limit.enter(() => served.push('left'));
    limit.enter(() => served.push('last'));
    leave();
    expect(limit.waiting).toBe(1);
    vi.advanceTimersByTime(100);
    expect(served).toEqual(['first', 'last']);
    limit.enter(() => served.push('never'));
    limit.stop();
    expect([limit.waiting, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('takes a rate of any height with bounded memory, and never exceeds it', () => {
    const limit = new RateLimit(1_000_000, 1_000, Date.now);
    let served = 0;
    for (let i = 0; i < 1_100_000; i++) {
      limit.enter(() => served++);
    }
    expect(served).toBeLessThanOrEqual(1_000_000);
    expect(served).toBeGreaterThan(980_000);
    limit.stop();
  });
});
