/** Milliseconds before the measured part, so that neither contestant is measured while its code is being compiled. */
export const WARM_UP_MS = 2_000;

/** Milliseconds of the measured part. */
export const MEASURED_MS = 4_000;

/** Milliseconds of a fixed rate: enough requests for a 99.9th percentile. */
export const RATE_MS = 10_000;

/** Milliseconds of doing nothing. */
export const IDLE_MS = 5_000;

/** Milliseconds that the slow handler takes. */
export const SLOW_HANDLER_MS = 10;

/** Milliseconds for which it handles what it cannot finish. */
export const SLOW_BACKLOG_MS = 15_000;

/** How many of it run at once where they may. */
export const SLOW_HANDLER_CONCURRENCY = 200;
