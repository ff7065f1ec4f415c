/**
 * An error that says by itself when its message is to be delivered again. A handler, or what it deferred, fails with an
 * error that has a finite `retryIn` of 0 or more; the engine's own backoff does not count for that delivery then.
 * Such a failure was decided on, so it is told by `consumer.handler_failed` and not logged as an error.
 */
export interface RetryIn {
  /** Milliseconds until the message is delivered again, at least. */
  readonly retryIn: number;
}

/** @returns undefined if the error does not say. */
export function retryInOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('retryIn' in error)) {
    return undefined;
  }
  const { retryIn } = error;
  return typeof retryIn === 'number' && Number.isFinite(retryIn) && retryIn >= 0 ? retryIn : undefined;
}
