/** A timer that can be called off. Clearing a timer that has fired, or twice, does nothing. */
export interface Timer {
  clear(): void;
}

/**
 * Where the broker takes its time from: every timeout (session, rebalance, fetch) goes through it, so that a test can
 * put its own hands on time.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `callback` once, `ms` milliseconds from now. */
  setTimeout(callback: () => void, ms: number): Timer;
}

/** The machine's time. Its timers never keep the process alive. */
export const realClock: Clock = {
  now: () => Date.now(),
  setTimeout(callback, ms) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return { clear: () => clearTimeout(timer) };
  },
};
