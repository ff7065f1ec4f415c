import { messageOf } from '../../errors/message-of.js';
import type { EachMessagePayload, ProducerMessage } from '../../driver/kafka-types.js';
import type { DeliveryRuntime, Listener } from '../delivery-runtime.js';
import { DeadLetterHeaders, deadLetterHeaders, type GivenUp } from './dead-letter-headers.js';
import { describeException } from './exception-text.js';
import { isTooLarge } from './too-large.js';

/**
 * Writes the messages that a handler gives up to their dead letter topic: key, value and headers as they were received, and
 * headers that say where it was, who gave it up and why.
 */
export class DeadLetters {
  constructor(
    private readonly listener: Listener,
    private readonly runtime: DeliveryRuntime,
  ) {}

  /**
   * Where a message is to go; `undefined`: nowhere, it is skipped.
   * @throws whatever the function of the policy throws, and TypeError if what it returns is no topic.
   */
  topicFor(payload: EachMessagePayload, exception: unknown): string | undefined {
    const { deadLetter = false } = this.listener.policy;
    if (deadLetter === false) {
      return undefined;
    }
    const topic: unknown =
      typeof deadLetter === 'string' ? deadLetter : deadLetter(this.runtime.parse(payload), exception);
    if (typeof topic !== 'string' || topic === '') {
      throw new TypeError(
        `"deadLetter" of "${this.listener.pattern}" must return a topic; it returned ${JSON.stringify(topic) ?? String(topic)}`,
      );
    }
    return topic;
  }

  /**
   * Resolves when all in-sync replicas have the dead letter.
   * @throws the engine's error; the message must not be committed then.
   */
  async write(topic: string, payload: EachMessagePayload, attempt: number, exception: unknown): Promise<void> {
    const letter = letterOf(payload, {
      groupId: this.runtime.groupId,
      handler: this.listener.pattern,
      attempt,
      exception: describeException(exception),
    });
    try {
      await this.send(topic, payload, letter);
    } catch (error) {
      if (!isTooLarge(error)) {
        throw error;
      }
      // What was received fits a topic like the one it came from; what is told of the exception may be what is too much.
      const { [DeadLetterHeaders.STACKTRACE]: _, [DeadLetterHeaders.MESSAGE]: __, ...headers } = letter.headers ?? {};
      await this.send(topic, payload, { ...letter, headers });
    }
  }

  private send(topic: string, payload: EachMessagePayload, letter: ProducerMessage): Promise<void> {
    return this.listener.outlet.send(payload, { topic, acks: -1, messages: [letter] });
  }
}

function letterOf(payload: EachMessagePayload, givenUp: GivenUp): ProducerMessage {
  const { key, value, headers } = payload.message;
  return { key: key ?? null, value, headers: { ...headers, ...deadLetterHeaders(payload, givenUp) } };
}

/** For a log: why a dead letter could not be written. */
export function whyNotWritten(topic: string | undefined, error: unknown): string {
  return topic === undefined
    ? `the function in "deadLetter" failed: ${messageOf(error)}`
    : `writing it to "${topic}" failed: ${messageOf(error)}`;
}
