import type { LoggerService } from '@nestjs/common';

const LOG_INTERVAL = 10_000;

/** Reports dropped requests: the first at once, then one line per interval with their number. */
export class ExpiredRequests {
  private dropped = 0;
  private quietUntil = 0;

  constructor(private readonly logger: LoggerService) {}

  add(topic: string, lateness: number, now: number): void {
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
