import { SAMPLES, SAMPLE_MS } from './sampled-rate.js';

/** How many seconds' worth of tokens can be saved up. */
const BURST_SECONDS = (SAMPLES * SAMPLE_MS) / 1_000;

/**
 * Tokens that come at a rate, up to a burst (KIP-599). What is allowed takes more than there is and leaves a debt: until it
 * is paid nothing more is allowed.
 */
export class TokenBucket {
  private tokens = 0;
  private filledAt = 0;

  take(amount: number, limit: number, now: number): void {
    this.fill(limit, now);
    this.tokens = Math.min(BURST_SECONDS * limit, this.tokens - amount);
  }

  /** How long to wait until the debt is paid; 0 without one. Milliseconds. */
  msInDebt(limit: number, now: number): number {
    this.fill(limit, now);
    return this.tokens < 0 ? Math.round((-this.tokens / limit) * 1_000) : 0;
  }

  private fill(limit: number, now: number): void {
    const come = (limit * (now - this.filledAt)) / 1_000;
    this.tokens = Math.min(BURST_SECONDS * limit, this.tokens + come);
    this.filledAt = now;
  }
}
