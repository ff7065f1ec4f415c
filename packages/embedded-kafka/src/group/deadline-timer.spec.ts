import { describe, expect, it } from 'vitest';
import { DeadlineTimer } from './deadline-timer.js';
import { SteppedClock } from '../stepped-clock.js';

describe('A deadline timer', () => {
  it('fires at the last deadline that was set, be it later or earlier than before', () => {
    const clock = new SteppedClock();
    const fired: number[] = [];
    const start = clock.now();
    const timer = new DeadlineTimer(clock, () => fired.push(clock.now() - start));
    timer.reset(100);
    clock.advance(60);
    timer.reset(100);
    clock.advance(99);
    expect(fired).toEqual([]);
    clock.advance(1);
    expect(fired).toEqual([160]);
    timer.reset(1_000);
    timer.reset(10);
    clock.advance(10);
    expect(fired).toEqual([160, 170]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('sets one timer only, however often the deadline is pushed back', () => {
    const clock = new SteppedClock();
    const timer = new DeadlineTimer(clock, () => undefined);
    for (let count = 0; count < 100; count++) {
      timer.reset(1_000);
      clock.advance(1);
    }
    expect(clock.pendingTimers).toBe(1);
    timer.clear();
    timer.clear();
    expect(clock.pendingTimers).toBe(0);
  });
});
