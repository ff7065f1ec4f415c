/** `quota.window.size.seconds` and `quota.window.num` of the broker. */
export const SAMPLE_MS = 1_000;
export const SAMPLES = 11;

interface Sample {
  startedAt: number;
  lastUsedAt: number;
  sum: number;
}

/**
 * How much comes a second, over the last eleven samples of one second each, as Kafka's metrics count it: where there are
 * fewer samples yet, those that are missing count as empty seconds. One sample more than the window is kept: the oldest
 * may lie half in it.
 */
export class SampledRate {
  private readonly samples: Sample[] = [];
  private current = 0;

  record(amount: number, now: number): void {
    let sample = (this.samples[this.current] ??= { startedAt: now, lastUsedAt: now, sum: 0 });
    if (now - sample.startedAt >= SAMPLE_MS) {
      this.current = (this.current + 1) % (SAMPLES + 1);
      sample = this.samples[this.current] ??= { startedAt: now, lastUsedAt: now, sum: 0 };
      reset(sample, now);
    }
    sample.sum += amount;
    sample.lastUsedAt = now;
  }

  perSecond(now: number): number {
    const windowMs = this.windowMs(now);
    return (this.samples.reduce((sum, sample) => sum + sample.sum, 0) / windowMs) * 1_000;
  }

  /** How long to wait until the rate is within the limit, if nothing comes meanwhile. Milliseconds. */
  msAbove(limit: number, now: number): number {
    const rate = this.perSecond(now);
    return rate > limit ? Math.round(((rate - limit) / limit) * this.windowMs(now)) : 0;
  }

  private windowMs(now: number): number {
    let oldest = now;
    for (const sample of this.samples) {
      if (now - sample.lastUsedAt >= SAMPLES * SAMPLE_MS) reset(sample, now);
      oldest = Math.min(oldest, sample.startedAt);
    }
    const elapsed = now - oldest;
    const missing = Math.max(0, SAMPLES - 1 - Math.floor(elapsed / SAMPLE_MS));
    return Math.max(1, elapsed + missing * SAMPLE_MS);
  }
}

function reset(sample: Sample, now: number): void {
  sample.startedAt = now;
  sample.lastUsedAt = now;
  sample.sum = 0;
}
