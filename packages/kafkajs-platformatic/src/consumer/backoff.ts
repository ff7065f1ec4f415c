import type { RetryPolicy } from '../retry/retry-policy.js';

/** For what the cluster does to us (outages, moves): soon, then every few seconds, for ever. Milliseconds. */
export const CLUSTER_BACKOFF: RetryPolicy = {
  initialRetryTime: 100,
  maxRetryTime: 3_000,
  multiplier: 2,
  factor: 0.2,
  retries: Number.POSITIVE_INFINITY,
};

/** Milliseconds to wait after the `attempt`th failure in a row (1 is the first). */
export function backoffDelay(policy: RetryPolicy, attempt: number): number {
  const exact = Math.min(policy.maxRetryTime, policy.initialRetryTime * policy.multiplier ** (attempt - 1));
  const spread = exact * policy.factor;
  return Math.max(0, Math.round(exact - spread + Math.random() * 2 * spread));
}

/** Waits; ends early, without an error, when `signal` aborts. Leaves neither timer nor listener behind. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Resolves with `task`, or when `signal` aborts. Leaves no listener behind. */
export async function settledOrAborted(task: Promise<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) {
    return;
  }
  const aborted = Promise.withResolvers<void>();
  const onAbort = (): void => aborted.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.race([task, aborted.promise]);
  signal.removeEventListener('abort', onAbort);
}
