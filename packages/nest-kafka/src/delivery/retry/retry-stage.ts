import { describeException } from '../dead-letter/exception-text.js';
import type { DeliveryStage } from '../delivery-runtime.js';
import { FailedDeliveries } from './failed-deliveries.js';
import { RetryLater } from './retry-later.js';
import { waitInPlace } from './wait-in-place.js';

/**
 * `retry` in place, and `deadLetter`: a message that fails is delivered again where it is, so that the order is kept, until its
 * attempts are used up or its exception is fatal.
 *
 * The wait is the engine's: it is told by `retryIn`, and holds back neither a rebalance nor other partitions. An engine that
 * does not count attempts (KafkaJS) does not know `retryIn` either; there the stage waits by itself, and sends heartbeats.
 */
export const retryStage: DeliveryStage = (listener, runtime, next) => {
  const { retry } = listener.policy;
  if (retry === undefined || retry.in === 'topics') {
    return undefined;
  }
  const failures = new FailedDeliveries(listener, retry, runtime);
  return async (payload, firstAttempt) => {
    for (let attempt = firstAttempt; ; attempt++) {
      try {
        await next(payload, attempt);
        runtime.observer.handled(listener.pattern, payload);
        return;
      } catch (thrown) {
        if (payload.signal?.aborted === true) {
          // No failed attempt: whoever has the partition next gets the message again.
          throw thrown;
        }
        const retryIn = await failures.settle(payload, attempt, thrown);
        if (retryIn === undefined) {
          return;
        }
        if (payload.attempt !== undefined) {
          throw new RetryLater(describeException(thrown).message, retryIn, thrown);
        }
        await waitInPlace(payload, retryIn, runtime.lifecycle.closing, thrown);
      }
    }
  };
};
