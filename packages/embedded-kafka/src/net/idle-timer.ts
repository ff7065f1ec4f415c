import { realClock, type Timer } from '../clock.js';

/** What Node's timers can wait for. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/**
 * Tells when nothing has happened for too long (`connections.max.idle.ms`). One timer, which looks at the time again when it
 * fires: what happens meanwhile costs no more than to note when. It goes by the machine's time, as the patience of clients does.
 */
export class IdleTimer {
  private lastUsedAt = performance.now();
  private timer: Timer | undefined;

  /** `isBusy`: then it is not idle, however long it takes. A negative time is never over. */
  constructor(
    private readonly maxIdleMs: number,
    private readonly isBusy: () => boolean,
    private readonly onIdle: () => void,
  ) {
    if (maxIdleMs >= 0) this.arm(maxIdleMs);
  }

  used(): void {
    this.lastUsedAt = performance.now();
  }

  clear(): void {
    this.timer?.clear();
  }

  private arm(ms: number): void {
    this.timer = realClock.setTimeout(() => this.look(), Math.min(Math.max(ms, 1), LONGEST_WAIT_MS));
  }

  private look(): void {
    if (this.isBusy()) this.used();
    const leftMs = this.maxIdleMs - (performance.now() - this.lastUsedAt);
    if (leftMs > 0) this.arm(leftMs);
    else this.onIdle();
  }
}
