import { NegativeAcknowledgement } from '../ack/manual-ack.js';
import type { ErrorClass } from '../policy/delivery-policy.js';
import type { ResolvedPolicy } from '../policy/resolved-policy.js';

/** How a policy has messages tried again, defaults filled in. */
export type ResolvedRetry = NonNullable<ResolvedPolicy['retry']>;

/**
 * How long a message waits for its next delivery, in milliseconds; `undefined` when it is given up. A `context.nack()` is
 * retriable by itself, and names its delay if it likes.
 *
 * @param attempt of the delivery that failed: 1 for the first
 * @param exception as it was thrown, not what exception filters made of it
 * @param random from 0 to 1
 */
export function nextDelay(
  retry: ResolvedRetry,
  attempt: number,
  exception: unknown,
  random: () => number = Math.random,
): number | undefined {
  if (attempt >= retry.attempts) {
    return undefined;
  }
  if (exception instanceof NegativeAcknowledgement) {
    return exception.retryIn ?? delayAfter(retry, attempt, random);
  }
  return isRetriable(retry, exception) ? delayAfter(retry, attempt, random) : undefined;
}

/** The delay after a failed delivery, whether or not there is to be another. Milliseconds. */
export function delayAfter(
  { delay, factor, maxDelay, jitter }: ResolvedRetry,
  attempt: number,
  random: () => number = Math.random,
): number {
  if (delay === 0) {
    return 0;
  }
  const exact = Math.min(maxDelay, delay * factor ** (attempt - 1));
  return Math.round(exact * (1 + jitter * (2 * random() - 1)));
}

/** A class that is named in both lists is fatal. */
function isRetriable({ retriable, fatal }: ResolvedRetry, exception: unknown): boolean {
  return !isOneOf(fatal, exception) && (retriable === undefined || isOneOf(retriable, exception));
}

function isOneOf(classes: readonly ErrorClass[], exception: unknown): boolean {
  return classes.some(each => exception instanceof each);
}
