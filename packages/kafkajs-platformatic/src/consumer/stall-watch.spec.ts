import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StallWatch } from './stall-watch.js';

describe('StallWatch', () => {
  let watch: StallWatch;
  let pulse: number;
  const stalls: number[] = [];

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] });
    pulse = 0;
    const key = {};
    watch = new StallWatch(1_000, () => [
      { key, pulse, patience: 1_000, onStall: silence => void stalls.push(silence) },
    ]);
    watch.start();
  });
  afterEach(() => {
    watch.stop();
    vi.useRealTimers();
    stalls.length = 0;
  });

  it('says once that the patience is over, and again after as long', () => {
    vi.advanceTimersByTime(1_000);
    expect(stalls).toEqual([]);
    vi.advanceTimersByTime(500);
    expect(stalls).toHaveLength(1);
    vi.advanceTimersByTime(1_500);
    expect(stalls).toHaveLength(2);
  });

  it('says nothing while the sign beats', () => {
    for (let second = 0; second < 20; second++) {
      vi.advanceTimersByTime(900);
      pulse++;
    }
    expect(stalls).toEqual([]);
  });

  it('takes a process that slept for an hour for one late tick: whoever slept with it may answer first', () => {
    vi.advanceTimersByTime(100);
    for (let sleep = 0; sleep < 3; sleep++) {
      // The timers wake late, as after a suspended process, and only then can an answer be read.
      vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 3_600_000);
      vi.advanceTimersByTime(125);
      pulse++;
      vi.advanceTimersByTime(125);
    }
    expect(stalls).toEqual([]);
    vi.restoreAllMocks();
  });

  it('leaves no timer behind', () => {
    expect(vi.getTimerCount()).toBe(1);
    watch.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not mind a clock that is set', () => {
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
    vi.advanceTimersByTime(500);
    clock.mockReturnValue(0);
    vi.advanceTimersByTime(500);
    expect(stalls).toEqual([]);
    vi.advanceTimersByTime(500);
    expect(stalls).toHaveLength(1);
    clock.mockRestore();
  });

  it('keeps nothing of what is no longer expected', () => {
    const key = {};
    let expected = true;
    const other = new StallWatch(1_000, () => (expected ? [{ key, pulse, patience: 10_000, onStall: () => {} }] : []));
    other.start();
    vi.advanceTimersByTime(900);
    expect(other.silenceOf(key)).toBeGreaterThan(500);
    expected = false;
    vi.advanceTimersByTime(200);
    expect(other.silenceOf(key)).toBe(0);
    other.stop();
  });
});
