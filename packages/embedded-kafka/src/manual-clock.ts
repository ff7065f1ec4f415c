import type { Timer } from './clock.js';
import { SteppedClock } from './stepped-clock.js';

/**
 * Time in a test's hands, for `EmbeddedKafka.start({ clock })`: sessions, rebalances, transactions, retention, the expiry of
 * offsets and delays of faults go by it, so that half a minute takes no time:
 *
 *     const clock = new ManualClock();
 *     await using kafka = await EmbeddedKafka.start({ clock });
 *     await clock.advance(30_000);
 *
 * What is due at once does not wait for `advance`. Clients have their own time, and the long poll of their fetches is part of it:
 * it takes the real one. A member whose session passes in one advance could not send a heartbeat meanwhile, and is out.
 */
export class ManualClock extends SteppedClock {
  /** `now`: milliseconds since the epoch at the start. Default: the machine's time, so that timestamps look familiar. */
  constructor(now = Date.now()) {
    super(now);
  }

  override setTimeout(callback: () => void, ms: number): Timer {
    const timer = super.setTimeout(callback, ms);
    // Without a handle of its own: whoever waits for this has a connection open.
    if (ms <= 0) setImmediate(() => this.fireDue()).unref();
    return timer;
  }

  /**
   * Moves time forward by so many milliseconds; all timers on the way have fired, and what they led to has been sent to
   * clients, when the promise resolves. It resolves a little later than that, as soon as nothing else is due.
   * @throws RangeError if time would go back
   */
  override async advance(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new RangeError(`ManualClock.advance() takes milliseconds from 0 up, got ${String(ms)}.`);
    super.advance(ms);
    // What a timer resolved goes on in promises, and may be answered some turns later.
    for (let turn = 0; turn < 3; turn++) {
      await new Promise(resolve => setImmediate(resolve));
      this.fireDue();
    }
  }

  private fireDue(): void {
    super.advance(0);
  }
}
