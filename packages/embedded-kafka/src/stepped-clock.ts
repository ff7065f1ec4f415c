import type { Clock, Timer } from './clock.js';

interface Scheduled {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that stands still until it is moved; timers fire in the order of their deadlines, while it is moved. */
export class SteppedClock implements Clock {
  #now: number;
  readonly #timers = new Set<Scheduled>();

  constructor(now = 1_000_000) {
    this.#now = now;
  }

  /** How many timers have been set and have neither fired nor been cleared. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const scheduled = { at: this.#now + Math.max(ms, 0), callback };
    this.#timers.add(scheduled);
    return { clear: () => this.#timers.delete(scheduled) };
  }

  /** Moves time forward and fires on the way what falls due, timers set by timers included. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#nextUntil(end); next !== undefined; next = this.#nextUntil(end)) {
      this.#timers.delete(next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }

  #nextUntil(end: number): Scheduled | undefined {
    let next: Scheduled | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer;
    }
    return next;
  }
}
