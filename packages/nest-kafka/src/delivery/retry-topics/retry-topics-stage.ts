import type { DeliveryRuntime, DeliveryStage } from '../delivery-runtime.js';
import { RetryLater } from '../retry/retry-later.js';
import { waitInPlace } from '../retry/wait-in-place.js';
import { RetriesInTopics } from './retries-in-topics.js';
import { RetryConsumer } from './retry-consumer.js';

const consumers = new WeakMap<DeliveryRuntime['lifecycle'], RetryConsumer>();

/**
 * `retry: { in: 'topics' }`: a message that fails is put into a retry topic, where it waits for its time, and the partition goes
 * on; it is delivered from there, put into the next one, or given up. See `retries-in-topics.ts`.
 */
export const retryTopicsStage: DeliveryStage = (listener, runtime, next) => {
  const { retry } = listener.policy;
  if (retry?.in !== 'topics') {
    return undefined;
  }
  const retries = new RetriesInTopics(listener, retry, { runtime, next, consumer: consumerOf(runtime) });
  return async payload => {
    for (;;) {
      // Always the first: what had come further is in a retry topic, and an attempt whose outcome is nowhere does not count.
      const retryIn = await retries.attempt(payload, 1);
      if (retryIn === undefined) {
        return;
      }
      const reason = `The message at offset ${payload.message.offset} of "${payload.topic}" cannot be put aside yet`;
      if (payload.attempt !== undefined) {
        throw new RetryLater(reason, retryIn, undefined);
      }
      await waitInPlace(payload, retryIn, runtime.lifecycle.closing, new Error(reason));
    }
  };
};

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
