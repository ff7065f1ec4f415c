import type { LoggerService } from '@nestjs/common';
import type { EachMessagePayload } from '../driver/kafka-types.js';
import { deadlineOf } from '../incoming/request-headers.js';
import { earliestNow } from '../two-clocks.js';

const LOG_INTERVAL = 10_000;

/**
 * Decides which requests are not worth handling, because their caller has stopped waiting, and reports them: the first
 * at once, then one line per interval with their number. In doubt a request is handled: see two-clocks.ts.
 */
export class ExpiredRequests {
  private dropped = 0;
  /** Milliseconds of `performance.now()`. */
  private quietUntil = 0;

  constructor(
    private readonly enabled: boolean,
    private readonly logger: LoggerService,
  ) {}

  /** Whether a request is to be dropped. */
  includes({ topic, message }: EachMessagePayload): boolean {
    const deadline = this.enabled ? deadlineOf(message) : undefined;
    if (deadline === undefined) {
      return false;
    }
    const now = earliestNow();
    if (now <= deadline) {
      return false;
    }
    this.report(topic, now - deadline);
    return true;
  }

  private report(topic: string, lateness: number): void {
    const now = performance.now();
    this.dropped++;
    if (now < this.quietUntil) {
      return;
    }
    this.logger.warn(
      `Dropped ${this.dropped} request(s), the last on topic "${topic}", whose caller had stopped waiting ${lateness} ms before. ` +
        'The service is behind, or the clocks differ (then set dropExpiredRequests: false).',
    );
    this.dropped = 0;
    this.quietUntil = now + LOG_INTERVAL;
  }
}
