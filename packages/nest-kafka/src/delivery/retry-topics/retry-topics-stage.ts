import type { EachMessagePayload } from '../../driver/kafka-types.js';
import { InvalidOptionsError } from '../../errors/invalid-options.error.js';
import { messageOf } from '../../errors/message-of.js';
import { describeException } from '../dead-letter/exception-text.js';
import type { DeliveryRuntime, DeliveryStage, Listener } from '../delivery-runtime.js';
import type { HandleRecord } from '../handle-record.js';
import { retryTopicCount } from '../policy/retry-topic-count.js';
import { originOf } from '../retry/exception-origin.js';
import { FailedDeliveries } from '../retry/failed-deliveries.js';
import { nextDelay, type ResolvedRetry } from '../retry/next-delay.js';
import { RetryLater } from '../retry/retry-later.js';
import { waitInPlace } from '../retry/wait-in-place.js';
import { provideTopics } from './provide-topics.js';
import { RetryConsumer } from './retry-consumer.js';
import { asFirstDelivered, retryStateOf, withRetryHeader } from './retry-header.js';
import { retryTopicNames } from './retry-topic-names.js';

/** What cannot be put into its retry topic is delivered again where it is, after so many milliseconds. */
const DELAY_WITHOUT_TOPIC = 1_000;

const consumers = new WeakMap<DeliveryRuntime['lifecycle'], RetryConsumer>();

/**
 * `retry: { in: 'topics' }`: a message that fails is put into a retry topic, where it waits for its time, and the partition goes
 * on; it is delivered from there, put into the next one, or given up.
 *
 * Invariant: a message leaves a topic (its offset is resolved) only when the next place has it: `acks: -1`.
 */
export const retryTopicsStage: DeliveryStage = (listener, runtime, next) => {
  const { retry } = listener.policy;
  if (retry?.in !== 'topics') {
    return undefined;
  }
  const retries = new RetriesInTopics(listener, retry, runtime, next);
  return async (payload, firstAttempt) => {
    for (let attempt = firstAttempt; ; attempt++) {
      const retryIn = await retries.attempt(payload, attempt);
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

class RetriesInTopics {
  private readonly topics: readonly string[];
  private readonly failures: FailedDeliveries;
  /** By topic; known from the start on. */
  private partitions: ReadonlyMap<string, number> = new Map();

  constructor(
    private readonly listener: Listener,
    private readonly retry: ResolvedRetry,
    private readonly runtime: DeliveryRuntime,
    private readonly next: HandleRecord,
  ) {
    const { pattern, policy } = listener;
    this.topics = namesFor(pattern, runtime.groupId, retry);
    this.failures = new FailedDeliveries(listener, retry, runtime);
    const consumer = consumerOf(runtime);
    consumer.add(this.topics, async (message, partition, heartbeat) => {
      const state = retryStateOf(message, pattern, partition);
      const left = state.due - Date.now();
      return left > 0 ? left : this.attempt(asFirstDelivered(message, state, heartbeat), state.attempt + 1);
    });
    runtime.lifecycle.onStart(async () => {
      const admin = runtime.client().admin({ retry: { retries: 0 } });
      await admin.connect();
      try {
        const letters = typeof policy.deadLetter === 'string' ? [policy.deadLetter] : [];
        this.partitions = await provideTopics(admin, [...this.topics, ...letters], pattern);
      } finally {
        await admin.disconnect();
      }
      await consumer.provided();
    });
    runtime.observer.watchRetries(pattern, () => consumer.state);
  }

  /** One delivery. @returns after how many milliseconds there has to be another from the same place; `undefined`: it is done */
  async attempt(payload: EachMessagePayload, attempt: number): Promise<number | undefined> {
    try {
      await this.next(payload, attempt);
      this.runtime.observer.handled(this.listener.pattern, payload);
      return undefined;
    } catch (thrown) {
      if (payload.signal?.aborted === true) {
        throw thrown;
      }
      const exception = originOf(thrown);
      const delay = nextDelay(this.retry, attempt, exception);
      return delay === undefined
        ? this.failures.giveUp(payload, attempt, exception)
        : this.putAside(payload, attempt, exception, delay);
    }
  }

  private async putAside(
    payload: EachMessagePayload,
    attempt: number,
    exception: unknown,
    delay: number,
  ): Promise<number | undefined> {
    const { topic, partition, message } = payload;
    const { offset, timestamp, key, value, headers } = message;
    const retryTopic = this.topics[Math.min(attempt, this.topics.length) - 1] as string;
    const state = { topic, partition, offset, timestamp, attempt, due: Date.now() + delay };
    const partitions = this.partitions.get(retryTopic) ?? 0;
    try {
      await this.listener.outlet.send(payload, {
        topic: retryTopic,
        acks: -1,
        messages: [
          {
            key: key ?? null,
            value,
            headers: withRetryHeader(headers, state),
            ...(partition < partitions ? { partition } : {}),
          },
        ],
      });
    } catch (error) {
      this.runtime.logger.error(
        `The message at offset ${offset} of "${topic}", partition ${partition} failed ` +
          `(${describeException(exception).message}), and could not be put into the retry topic "${retryTopic}": ` +
          `${messageOf(error)}. It is delivered again from where it is in ${DELAY_WITHOUT_TOPIC} ms.`,
      );
      return DELAY_WITHOUT_TOPIC;
    }
    this.failures.retried(payload, attempt, exception, delay, retryTopic);
    return undefined;
  }
}

function namesFor(pattern: string, groupId: string, retry: ResolvedRetry): string[] {
  try {
    return retryTopicNames(pattern, groupId, retryTopicCount(retry));
  } catch (error) {
    throw new InvalidOptionsError('@Delivery()', [`${pattern}: ${messageOf(error)}`]);
  }
}

/** One for all handlers of a server; it starts after the topics of all of them are there. */
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
