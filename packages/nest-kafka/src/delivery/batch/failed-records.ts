import type { EachMessagePayload } from '../../driver/kafka-types.js';
import type { DeliveryStage } from '../delivery-runtime.js';
import type { HandleRecord } from '../handle-record.js';

const failures = new WeakMap<EachMessagePayload, { readonly error: unknown }>();

/**
 * Sends the failure of one record of a batch through the stages behind it, as if its handler had failed alone: so that they
 * retry it or give it up. Resolves when it is done with; rejects when it is to be delivered again.
 */
export async function failAlone(
  payload: EachMessagePayload,
  attempt: number,
  error: unknown,
  next: HandleRecord,
): Promise<void> {
  failures.set(payload, { error });
  try {
    await next(payload, attempt);
  } finally {
    failures.delete(payload);
  }
}

/** Stands in the place of the handler for records of a batch: that has run already, with all of them. */
export const failedRecordStage: DeliveryStage = ({ policy }) =>
  policy.batch === undefined
    ? undefined
    : payload => {
        const failure = failures.get(payload);
        return failure === undefined
          ? Promise.reject(new Error('A record of a batch came to its handler alone. Report this as a bug.'))
          : // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- handlers may throw anything
            Promise.reject(failure.error);
      };
