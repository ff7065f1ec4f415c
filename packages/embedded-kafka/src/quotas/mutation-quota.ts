import type { TokenBucket } from './token-bucket.js';

/**
 * What one request may change of the cluster, in partitions (KIP-599). Where clients know THROTTLING_QUOTA_EXCEEDED the quota
 * is strict: a change is refused while there is a debt. Others get their change, and a longer wait.
 */
export class MutationQuota {
  /** How long the client has to wait after this request; 0 if it has not gone beyond its quota. Milliseconds. */
  waitMs = 0;

  constructor(
    private readonly bucket: TokenBucket,
    private readonly limit: number,
    private readonly isStrict: boolean,
    private readonly now: () => number,
  ) {}

  /** @returns whether so many partitions may be changed now */
  take(partitions: number): boolean {
    const now = this.now();
    if (this.isStrict) {
      this.waitMs = Math.max(this.waitMs, this.bucket.msInDebt(this.limit, now));
      if (this.waitMs > 0) return false;
      this.bucket.take(partitions, this.limit, now);
      return true;
    }
    this.bucket.take(partitions, this.limit, now);
    this.waitMs = Math.max(this.waitMs, this.bucket.msInDebt(this.limit, now));
    return true;
  }
}
