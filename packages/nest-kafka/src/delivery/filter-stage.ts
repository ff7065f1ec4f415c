import type { DeliveryStage } from './delivery-runtime.js';

/** A record that the filter does not want is done without its handler. */
export const filterStage: DeliveryStage = ({ policy: { filter } }, runtime, next) =>
  filter === undefined
    ? undefined
    : async (payload, attempt) => {
        if (filter(runtime.parse(payload))) {
          await next(payload, attempt);
        }
      };
