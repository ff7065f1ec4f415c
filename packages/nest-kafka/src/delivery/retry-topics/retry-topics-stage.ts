import type { EachMessagePayload } from '../../driver/kafka-types.js';
import type { DeliveryRuntime, DeliveryStage } from '../delivery-runtime.js';
import { isOverlapping } from '../policy/resolved-policy.js';
import { RetryLater } from '../retry/retry-later.js';
import { waitInPlace } from '../retry/wait-in-place.js';
import { type FailedAttempt, RetriesInTopics } from './retries-in-topics.js';
import { RetryConsumer } from './retry-consumer.js';

const consumers = new WeakMap<DeliveryRuntime['lifecycle'], RetryConsumer>();

/**
 * `retry: { in: 'topics' }`: a message that fails is put into a retry topic, where it waits for its time, and the partition goes
 * on; it is delivered from there, put into the next one, or given up. See `retries-in-topics.ts`.
 *
 * The next message does not wait until it is written either, where the engine can defer: its offset does.
 */
export const retryTopicsStage: DeliveryStage = (listener, runtime, next) => {
  const { policy } = listener;
  if (policy.retry?.in !== 'topics') {
    return undefined;
  }
  const retries = new RetriesInTopics(listener, policy.retry, { runtime, next, consumer: consumerOf(runtime) });
  const isAlreadyDeferred = isOverlapping(policy);
  return async payload => {
    for (;;) {
      // Always the first: what had come further is in a retry topic, and an attempt whose outcome is nowhere does not count.
      const failed = await retries.attempt(payload, 1);
      if (failed === undefined) {
        return;
      }
      if (payload.defer !== undefined && !isAlreadyDeferred) {
        payload.defer(settling(failed, payload));
        return;
      }
      if (payload.attempt !== undefined) {
        await settling(failed, payload);
        return;
      }
      const retryIn = await failed.settled;
      if (retryIn === undefined) {
        return;
      }
      await waitInPlace(payload, retryIn, runtime.lifecycle.closing, new Error(notPutAside(payload)));
    }
  };
};

/** @throws RetryLater if the message has to be delivered again from where it is */
async function settling({ settled }: FailedAttempt, payload: EachMessagePayload): Promise<void> {
  const retryIn = await settled;
  if (retryIn !== undefined) {
    throw new RetryLater(notPutAside(payload), retryIn, undefined);
  }
}

function notPutAside({ topic, message }: EachMessagePayload): string {
  return `The message at offset ${message.offset} of "${topic}" can neither be put aside nor given up yet`;
}

/** One for all handlers of a server; it starts when the topics of all of them are there. */
function consumerOf(runtime: DeliveryRuntime): RetryConsumer {
  const { lifecycle } = runtime;
  let consumer = consumers.get(lifecycle);
  if (consumer === undefined) {
    const made = new RetryConsumer(runtime);
    consumer = made;
    consumers.set(lifecycle, made);
    lifecycle.onStop(() => made.stop());
  }
  return consumer;
}
