import { describe, expect, it } from 'vitest';
import { SampledRate } from './sampled-rate.js';

describe('a rate of samples', () => {
  it('counts seconds that have not been yet as empty ones', () => {
    const rate = new SampledRate();
    rate.record(10_000, 0);
    expect(rate.perSecond(0)).toBe(1_000);
    expect(rate.msAbove(500, 0)).toBe(10_000);
    expect(rate.msAbove(1_000, 0)).toBe(0);
  });

  it('falls with the time in the second that has begun, as Kafka has it: the empty ones are whole', () => {
    const rate = new SampledRate();
    rate.record(11_000, 0);
    expect([0, 999, 1_000].map(now => rate.msAbove(1_000, now))).toEqual([1_000, 1, 1_000]);
  });

  it('forgets what is older than eleven seconds, and takes back what did not happen', () => {
    const rate = new SampledRate();
    for (let second = 0; second < 20; second++) rate.record(100, second * 1_000);
    expect(rate.perSecond(19_000)).toBe(110);
    rate.record(5_000, 19_000);
    rate.record(-5_000, 19_000);
    expect(rate.perSecond(19_000)).toBe(110);
    expect(rate.perSecond(60_000)).toBe(0);
  });
});
