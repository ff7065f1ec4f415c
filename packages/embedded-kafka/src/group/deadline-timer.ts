import type { Clock, Timer } from '../clock.js';

/**
 * A deadline that is pushed back often and met seldom, such as a member's session.
 * Pushing it back costs one addition: the timer is armed again only when it fires early.
 */
export class DeadlineTimer {
  readonly #clock: Clock;
  readonly #onExpired: () => void;
  readonly #onTimer = (): void => this.#fire();
  #timer: Timer | undefined;
  #armedFor = 0;
  #deadline = 0;

  constructor(clock: Clock, onExpired: () => void) {
    this.#clock = clock;
    this.#onExpired = onExpired;
  }

  /** The deadline is now `ms` milliseconds away, whatever it was before. */
  reset(ms: number): void {
    this.#deadline = this.#clock.now() + ms;
    if (this.#timer === undefined || this.#deadline < this.#armedFor) this.#arm(ms);
  }

  clear(): void {
    this.#timer?.clear();
    this.#timer = undefined;
  }

  #arm(ms: number): void {
    this.#timer?.clear();
    this.#armedFor = this.#deadline;
    this.#timer = this.#clock.setTimeout(this.#onTimer, Math.max(ms, 0));
  }

  #fire(): void {
    this.#timer = undefined;
    const remaining = this.#deadline - this.#clock.now();
    if (remaining > 0) this.#arm(remaining);
    else this.#onExpired();
  }
}
