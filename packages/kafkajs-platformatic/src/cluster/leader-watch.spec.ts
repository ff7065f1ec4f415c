import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LeaderWatch } from './leader-watch.js';

describe('Watching for a new leader', () => {
  let leader: number | undefined;
  const asked: string[][] = [];
  let failing = false;
  let watch: LeaderWatch;

  beforeEach(() => {
    vi.useFakeTimers();
    leader = 1;
    asked.length = 0;
    failing = false;
    watch = new LeaderWatch({
      refresh: async topics => {
        asked.push([...topics]);
        if (failing) {
          throw new Error('no broker answers');
        }
      },
      leaderOf: () => leader,
    });
  });
  afterEach(() => vi.useRealTimers());

  it('tells once, when metadata names another one, and then rests', async () => {
    const moved = vi.fn<() => void>();
    watch.watch('t', 0, 1, moved);
    await vi.advanceTimersByTimeAsync(600);
    expect(moved).not.toHaveBeenCalled();
    leader = undefined;
    await vi.advanceTimersByTimeAsync(300);
    expect(moved).not.toHaveBeenCalled();
    leader = 2;
    await vi.advanceTimersByTimeAsync(300);
    expect(moved).toHaveBeenCalledTimes(1);
    const questions = asked.length;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toHaveLength(questions);
    expect(moved).toHaveBeenCalledTimes(1);
  });

  it('goes on through failures to ask', async () => {
    const moved = vi.fn<() => void>();
    failing = true;
    watch.watch('t', 0, 1, moved);
    await vi.advanceTimersByTimeAsync(1_000);
    failing = false;
    leader = 3;
    await vi.advanceTimersByTimeAsync(300);
    expect(moved).toHaveBeenCalledTimes(1);
  });

  it('asks once for all partitions of a topic, and for each topic apart', async () => {
    watch.watch('t', 0, 1, () => {});
    watch.watch('t', 1, 1, () => {});
    watch.watch('u', 0, 1, () => {});
    await vi.advanceTimersByTimeAsync(300);
    expect(asked).toEqual([['t'], ['u']]);
  });

  it('leaves no timer behind once nobody watches', () => {
    const stop = watch.watch('t', 0, 1, () => {});
    stop();
    watch.watch('t', 1, 1, () => {});
    watch.clear();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is silent for who has stopped, even while a question is on its way', async () => {
    const moved = vi.fn<() => void>();
    const stop = watch.watch('t', 0, 1, moved);
    leader = 2;
    await vi.advanceTimersByTimeAsync(249);
    stop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(moved).not.toHaveBeenCalled();
  });
});
