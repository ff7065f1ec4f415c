import type { DeliveryStage } from './delivery-runtime.js';
import { whenGivenUp } from './given-up.js';
import { RateLimit } from './rate-limit.js';

/** Each delivery of a record waits for its turn; in line, so that records keep their order. */
export const rateLimitStage: DeliveryStage = ({ policy: { rateLimit } }, runtime, next) => {
  if (rateLimit === undefined) {
    return undefined;
  }
  const limit = new RateLimit(rateLimit.messages, rateLimit.per);
  runtime.lifecycle.onStop(async () => limit.stop());
  return (payload, attempt) =>
    new Promise((resolve, reject) => {
      let stopWaiting: (() => void) | undefined;
      let isServed = false;
      const leave = limit.enter(() => {
        isServed = true;
        stopWaiting?.();
        next(payload, attempt).then(resolve, reject);
      });
      if (!isServed) {
        stopWaiting = whenGivenUp(payload, reason => {
          leave();
          reject(reason as Error);
        });
      }
    });
};
