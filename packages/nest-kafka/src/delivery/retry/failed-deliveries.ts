import type { EachMessagePayload } from '../../driver/kafka-types.js';
import { messageOf } from '../../errors/message-of.js';
import { describeException } from '../dead-letter/exception-text.js';
import { DeadLetters, whyNotWritten } from '../dead-letter/dead-letters.js';
import type { DeliveryRuntime, Listener } from '../delivery-runtime.js';
import type { DeliveryEvent } from '../observation/delivery-event.js';
import { noteExceptionOrigins, originOf } from './exception-origin.js';
import { delayAfter, nextDelay, type ResolvedRetry } from './next-delay.js';

/** What is not to be skipped is tried again no faster than this, whatever the policy says. Milliseconds. */
const LEAST_DELAY_OF_UNDELIVERABLE = 1_000;
const MAX_KEY = 256;

/**
 * Decides what becomes of the messages of one handler when they fail:
 *
 *     failed ─┬─ attempts left, exception retriable ─▶ delivered again after its delay
 *             └─ given up ─┬─ `deadLetter: false` ──▶ logged, skipped
 *                          ├─ dead letter written ──▶ done
 *                          └─ not written ──────────▶ delivered again, for ever
 *
 * Invariant: it says that a message is done only when it is handled, in a dead letter topic, or to be skipped by the policy's
 * own word.
 */
export class FailedDeliveries {
  private readonly deadLetters: DeadLetters;

  constructor(
    private readonly listener: Listener,
    private readonly retry: ResolvedRetry,
    private readonly runtime: DeliveryRuntime,
  ) {
    noteExceptionOrigins();
    this.deadLetters = new DeadLetters(listener, runtime);
  }

  /**
   * @param thrown what reached the transport
   * @returns after how many milliseconds the message is to be delivered again; `undefined` when it is done
   */
  async settle(payload: EachMessagePayload, attempt: number, thrown: unknown): Promise<number | undefined> {
    const exception = originOf(thrown);
    const ours = nextDelay(this.retry, attempt, exception);
    if (ours !== undefined) {
      const delay = askedDelay(exception) ?? ours;
      this.retried(payload, attempt, exception, delay);
      return delay;
    }
    return this.giveUp(payload, attempt, exception);
  }

  /** Gives a message up, whatever its attempts. As `settle()`. */
  async giveUp(payload: EachMessagePayload, attempt: number, exception: unknown): Promise<number | undefined> {
    const event = this.eventOf(payload, attempt, exception);
    let topic: string | undefined;
    try {
      topic = this.deadLetters.topicFor(payload, exception);
      if (topic !== undefined) {
        await this.deadLetters.write(topic, payload, attempt, exception);
      }
    } catch (error) {
      const retryIn = Math.max(LEAST_DELAY_OF_UNDELIVERABLE, delayAfter(this.retry, attempt));
      const reason = whyNotWritten(topic, error);
      this.runtime.logger.error(
        `${this.named(event)} failed and is to be given up (${event.error.message}), but ${reason}. It is not skipped: ` +
          `it is delivered again in ${retryIn} ms.`,
      );
      const target = topic === undefined ? {} : { deadLetter: topic };
      this.runtime.observer.report({ ...event, type: 'undeliverable', retryIn, ...target }, reason);
      return retryIn;
    }
    if (topic === undefined) {
      this.runtime.logger.error(`${this.named(event)} failed and is skipped: ${event.error.message}`);
      this.runtime.observer.report({ ...event, type: 'skipped' });
    } else {
      this.runtime.logger.warn(
        `${this.named(event)} failed and is in the dead letter topic "${topic}" now: ${event.error.message}`,
      );
      this.runtime.observer.report({ ...event, type: 'dead-lettered', deadLetter: topic });
    }
    return undefined;
  }

  /** A line for the log and an event: the message will be delivered again. */
  retried(
    payload: EachMessagePayload,
    attempt: number,
    exception: unknown,
    retryIn: number,
    retryTopic?: string,
  ): void {
    const event = this.eventOf(payload, attempt, exception);
    const where = retryTopic === undefined ? '' : ` from "${retryTopic}"`;
    this.runtime.logger.warn(
      `${this.named(event)} failed; it is delivered again${where} in ${retryIn} ms: ${event.error.message}`,
    );
    const target = retryTopic === undefined ? {} : { retryTopic };
    this.runtime.observer.report({ ...event, type: 'retried', retryIn, ...target });
  }

  /** As `retried()`: it could not be put into its retry topic, and is delivered again from where it is. */
  notPutAside(
    payload: EachMessagePayload,
    attempt: number,
    exception: unknown,
    { retryTopic, retryIn, error }: { retryTopic: string; retryIn: number; error: unknown },
  ): void {
    const event = this.eventOf(payload, attempt, exception);
    const reason = `writing it to "${retryTopic}" failed: ${messageOf(error)}`;
    this.runtime.logger.error(
      `${this.named(event)} failed and is to be put into a retry topic (${event.error.message}), but ${reason}. It is ` +
        `delivered again from where it is in ${retryIn} ms.`,
    );
    this.runtime.observer.report({ ...event, type: 'undeliverable', retryIn, retryTopic }, reason);
  }

  private named({ topic, partition, offset, key, attempt, handler }: DeliveryEvent): string {
    const withKey = key === null ? 'without a key' : `with key ${JSON.stringify(key)}`;
    const of = Number.isFinite(this.retry.attempts) ? ` of ${this.retry.attempts}` : '';
    return `Attempt ${attempt}${of} of ${topic}[${partition}] at offset ${offset} (${withKey}) by handler "${handler}"`;
  }

  private eventOf(
    { topic, partition, message }: EachMessagePayload,
    attempt: number,
    exception: unknown,
  ): DeliveryEvent {
    const { name, message: text } = describeException(exception);
    return {
      type: 'retried',
      handler: this.listener.pattern,
      topic,
      partition,
      offset: message.offset,
      key: message.key?.toString().slice(0, MAX_KEY) ?? null,
      attempt,
      error: { name, message: text },
    };
  }
}

/** What a handler asked for by `context.nack({ delay })`. */
function askedDelay(exception: unknown): number | undefined {
  const { retryIn } = (exception ?? {}) as { retryIn?: unknown };
  return typeof retryIn === 'number' && Number.isFinite(retryIn) && retryIn >= 0 ? retryIn : undefined;
}
