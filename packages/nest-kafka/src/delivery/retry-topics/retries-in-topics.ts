import type { EachMessagePayload, KafkaMessage } from '../../driver/kafka-types.js';
import { messageOf } from '../../errors/message-of.js';
import { timestampTypeOf } from '../dead-letter/dead-letter-headers.js';
import { isTooLarge } from '../dead-letter/too-large.js';
import { earliestNow } from '../../two-clocks.js';
import type { DeliveryRuntime, Listener } from '../delivery-runtime.js';
import type { HandleRecord } from '../handle-record.js';
import { retryTopicCount } from '../policy/retry-topic-count.js';
import { originOf } from '../retry/exception-origin.js';
import { FailedDeliveries } from '../retry/failed-deliveries.js';
import { nextDelay, type ResolvedRetry } from '../retry/next-delay.js';
import { existingTopics, provideTopics } from './provide-topics.js';
import { checkRetention, retryTopicConfigs } from './retention.js';
import type { RetryConsumer, WaitingMessage } from './retry-consumer.js';
import { asFirstDelivered, retryStateOf, withRetryHeader } from './retry-header.js';
import { retryTopicName, retryTopicNames } from './retry-topic-names.js';

/** What cannot be put into its retry topic is delivered again where it is, after so many milliseconds. */
const DELAY_WITHOUT_TOPIC = 1_000;

export interface RetryParts {
  readonly runtime: DeliveryRuntime;
  /** Handles a record, once. */
  readonly next: HandleRecord;
  readonly consumer: RetryConsumer;
}

/** A delivery that failed, while it is put aside or given up. */
export interface FailedAttempt {
  /** After how many milliseconds there has to be another from the same place; `undefined`: it is done. Never rejects. */
  readonly settled: Promise<number | undefined>;
}

/**
 * The deliveries of one handler, from its topic and from its retry topics:
 *
 *     delivered ─┬─ handled ─────────────────────────────────────────────────▶ done
 *                └─ failed ─┬─ attempts left ─┬─ acknowledged by the retry topic ▶ done here, waits there
 *                           │                 ├─ too large for it ──▶ given up
 *                           │                 └─ not written ───────▶ delivered again from where it is
 *                           └─ given up ──────┬─ dead letter written, or skipped by the policy ▶ done
 *                                             └─ not written ───────▶ delivered again from where it is
 *
 * Invariants
 * - A message leaves a topic (its offset is resolved) only when the next place has it: `acks: -1`.
 * - Attempts are counted by what is written down: the header of the retry topic has how many there were, so they are counted
 *   over restarts, and one whose outcome could not be written does not count.
 * - A message of another group is never handled, whatever the names of the topics.
 */
export class RetriesInTopics {
  private readonly topics: readonly string[];
  private readonly failures: FailedDeliveries;
  private readonly longestDelay: number;
  /** By topic; known from the start on. */
  private partitions: ReadonlyMap<string, number> = new Map();

  constructor(
    private readonly listener: Listener,
    private readonly retry: ResolvedRetry,
    private readonly parts: RetryParts,
  ) {
    const { runtime, consumer } = parts;
    this.topics = retryTopicNames(listener.pattern, runtime.groupId, retryTopicCount(retry));
    this.failures = new FailedDeliveries(listener, retry, runtime);
    this.longestDelay = Math.round(retry.maxDelay * (1 + retry.jitter));
    consumer.expect();
    runtime.lifecycle.onStart(() => this.start());
    runtime.observer.watchRetries(listener.pattern, () => consumer.state);
  }

  /** One delivery. @returns `undefined` when it was handled */
  async attempt(payload: EachMessagePayload, attempt: number): Promise<FailedAttempt | undefined> {
    const { next, runtime } = this.parts;
    try {
      await next(payload, attempt);
      runtime.observer.handled(this.listener.pattern, payload);
      return undefined;
    } catch (thrown) {
      if (payload.signal?.aborted === true) {
        throw thrown;
      }
      const exception = originOf(thrown);
      const delay = nextDelay(this.retry, attempt, exception);
      return {
        settled:
          delay === undefined
            ? this.failures.giveUp(payload, attempt, exception)
            : this.putAside(payload, attempt, exception, delay),
      };
    }
  }

  private async start(): Promise<void> {
    const { runtime, consumer } = this.parts;
    const { pattern, policy } = this.listener;
    const admin = runtime.client().admin({ retry: { retries: 0 } });
    await admin.connect();
    try {
      const configs = retryTopicConfigs(this.longestDelay);
      const letters = typeof policy.deadLetter === 'string' ? [policy.deadLetter] : [];
      const found = await provideTopics(
        admin,
        [
          ...this.topics.map(name => ({ name, configs })),
          ...letters.map(name => ({ name, configs: { 'cleanup.policy': 'delete' } })),
        ],
        pattern,
      );
      letters.forEach(letter => found.delete(letter));
      // A former policy may have had more delays: what waits in their topics is owed, too.
      const further = await existingTopics(admin, number =>
        retryTopicName(pattern, runtime.groupId, this.topics.length + number),
      );
      this.partitions = new Map([...found, ...further]);
      await checkRetention(admin, [...this.partitions.keys()], this.longestDelay, runtime.logger);
    } finally {
      await admin.disconnect();
    }
    await consumer.provide(this.partitions, {
      topic: pattern,
      longestDelay: this.longestDelay,
      shortestDelay: Math.min(this.retry.delay, this.retry.maxDelay) * (1 - this.retry.jitter),
      read: (message, partition) => this.read(message, partition),
    });
  }

  private read(message: KafkaMessage, partition: number): WaitingMessage {
    const { groupId: group, logger } = this.parts.runtime;
    const { pattern: topic } = this.listener;
    const state = retryStateOf(message, { group, topic, partition });
    if (state.group !== group || state.topic !== topic) {
      logger.warn(
        `A retry topic of "${topic}" has a message of "${state.topic}" that group "${state.group}" retries; it is left to that group. ` +
          'Give one of the two groups another name.',
      );
      return { due: 0, deliver: () => Promise.resolve(undefined) };
    }
    return {
      due: state.due,
      deliver: async heartbeat =>
        (await this.attempt(asFirstDelivered(message, state, heartbeat), state.attempt + 1))?.settled,
    };
  }

  private async putAside(
    payload: EachMessagePayload,
    attempt: number,
    exception: unknown,
    delay: number,
  ): Promise<number | undefined> {
    const { topic, partition, message } = payload;
    const { groupId: group, logger } = this.parts.runtime;
    const { offset, timestamp, key, value, headers } = message;
    const retryTopic = this.topics[Math.min(attempt, this.topics.length) - 1] as string;
    const timestampType = timestampTypeOf(message);
    const state = { group, topic, partition, offset, timestamp, timestampType, attempt, due: earliestNow() + delay };
    const sameKey = { key: key ?? null, value, headers: withRetryHeader(headers, state) };
    // With fewer partitions its key decides.
    const place = partition < (this.partitions.get(retryTopic) ?? 0) ? { partition } : {};
    try {
      await this.listener.outlet.send(payload, { topic: retryTopic, acks: -1, messages: [{ ...sameKey, ...place }] });
    } catch (error) {
      if (isTooLarge(error)) {
        logger.error(
          `The message at offset ${offset} of "${topic}", partition ${partition} is given up without another attempt, as it is ` +
            `too large for the retry topic "${retryTopic}": ${messageOf(error)}. Raise its "max.message.bytes".`,
        );
        return this.failures.giveUp(payload, attempt, exception);
      }
      const failure = { retryTopic, retryIn: DELAY_WITHOUT_TOPIC, error };
      this.failures.notPutAside(payload, attempt, exception, failure);
      return DELAY_WITHOUT_TOPIC;
    }
    this.failures.retried(payload, attempt, exception, delay, retryTopic);
    return undefined;
  }
}
