import { CLUSTER_BACKOFF } from './backoff.js';
import { Silence, type Beating } from './silence.js';

/** What has to go on while a consumer runs. */
export interface VitalSign extends Beating {
  /** Milliseconds without a beat that are no sign of trouble yet. */
  readonly patience: number;
  /** It has stood still for longer than that; it may have been mended since the look began. */
  onStall(silence: number): void;
}

const LONGEST_TICK = 1_000;
const SHORTEST_TICK = 20;
/** A tick that comes this many times later than it should was held back, with everything else in this process. */
const LATE = 2;

/**
 * Notices what has ceased to try.
 *
 *     beating ─no attempt ends for `patience`─▶ stalled ─onStall─▶ beating
 *
 * A sign beats when an attempt has ended, however it ended. So an outage, in which one attempt after the other fails, is
 * no stall: it ends by itself, and beginning anew would only throw away what is known. A stall is what does not end by
 * itself: a promise that never settles (an application's assigner, a lost wake-up, a fault of ours), behind which the
 * consumer would be idle while it claims to run.
 *
 * Invariants
 * - Time in which the event loop stood still, or the process or its machine slept, counts as two ticks at most: answers
 *   that came meanwhile are read before anybody is judged.
 * - Monotonic time only: a clock that is set changes nothing.
 * - No timer before `start` and after `stop`; the timer keeps no process alive.
 */
export class StallWatch {
  readonly #tick: number;
  readonly #signs: () => Iterable<VitalSign>;
  readonly #silence = new Silence();
  #timer: NodeJS.Timeout | undefined;
  #last = 0;

  /** @param patience the shortest one of the signs, in milliseconds */
  constructor(patience: number, signs: () => Iterable<VitalSign>) {
    this.#tick = Math.min(LONGEST_TICK, Math.max(SHORTEST_TICK, patience / 8));
    this.#signs = signs;
  }

  start(): void {
    this.stop();
    this.#last = performance.now();
    this.#timer = setInterval(() => this.#look(), this.#tick);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** For how long the sign with this key has not beaten, in milliseconds; 0 if no beat of it is expected. */
  silenceOf(key: object): number {
    return this.#silence.of(key);
  }

  #look(): void {
    const now = performance.now();
    const elapsed = Math.min(now - this.#last, LATE * this.#tick);
    this.#last = now;
    const signs = [...this.#signs()];
    this.#silence.look(elapsed, signs);
    for (const sign of signs) {
      const silence = this.#silence.of(sign.key);
      if (silence > sign.patience) {
        this.#silence.forget(sign.key);
        sign.onStall(silence);
      }
    }
  }
}

/** The longest that one attempt and the wait after it may take, if the request itself may take `requestTimeout`. Milliseconds. */
export function longestAttempt(
  client: { readonly connectionTimeout: number; readonly authenticationTimeout: number },
  requestTimeout: number,
): number {
  const { maxRetryTime, factor } = CLUSTER_BACKOFF;
  return client.connectionTimeout + client.authenticationTimeout + requestTimeout + maxRetryTime * (1 + factor);
}
