import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DueTimes } from './due-times.js';

const left = (times: DueTimes, offset: string, due: number): number => times.left('t', 0, offset, due, 5_000);

describe('DueTimes', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void vi.useRealTimers());

  it('has a message wait until it is due', () => {
    const times = new DueTimes(Date.now);
    expect(
      [left(times, '0', 1_002_000), left(times, '0', 1_000_000), left(times, '0', 3)].map(each => each > 0),
    ).toEqual([true, false, false]);
    vi.advanceTimersByTime(1_500);
    expect(left(times, '0', 1_002_000)).toBe(500);
    vi.advanceTimersByTime(500);
    expect(left(times, '0', 1_002_000)).toBe(0);
  });

  it('has no message wait for longer than the longest delay, whatever its header says', () => {
    const times = new DueTimes(Date.now);
    expect(left(times, '0', Number.MAX_VALUE)).toBe(5_000);
    vi.advanceTimersByTime(4_000);
    expect(left(times, '0', Number.MAX_VALUE)).toBe(1_000);
    vi.advanceTimersByTime(1_000);
    expect(left(times, '0', Number.MAX_VALUE)).toBeLessThanOrEqual(0);
    expect(left(times, '1', Number.MAX_VALUE)).toBe(5_000);
  });

  it('goes by a clock that does not jump once it has seen a message', () => {
    const times = new DueTimes(Date.now);
    expect(left(times, '0', 1_002_000)).toBe(2_000);
    vi.setSystemTime(0);
    vi.advanceTimersByTime(2_000);
    expect(left(times, '0', 1_002_000)).toBeLessThanOrEqual(0);
  });
});
