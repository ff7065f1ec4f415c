/**
 * Tells an engine when a failed message is to be delivered again. One that does not know `retryIn` uses its own backoff.
 * It is no fault of anybody's: the failure itself is its `cause`.
 */
export class RetryLater extends Error {
  constructor(
    message: string,
    /** Milliseconds. */
    readonly retryIn: number,
    cause: unknown,
  ) {
    super(message, { cause });
    this.name = 'RetryLater';
  }
}
