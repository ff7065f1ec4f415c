import type { IncomingMessage } from '../../incoming/incoming-message.js';
import { KafkaContext, type KafkaContextArgs } from '../../server/kafka-context.js';

/**
 * The context of a batch handler: messages of one partition, in their order. What it shares with `KafkaContext` tells of the
 * partition, or of the first message.
 */
export class KafkaBatchContext extends KafkaContext {
  /** @internal */
  constructor(
    args: KafkaContextArgs,
    attempt: number,
    private readonly messages: readonly IncomingMessage[],
  ) {
    super(args, attempt);
  }

  /** The messages, parsed; each at the index that its payload has in the array of payloads. */
  getMessages(): readonly IncomingMessage[] {
    return this.messages;
  }

  /** Their offsets. There may be gaps: compacted messages, and the marks of transactions. */
  getOffsets(): string[] {
    return this.messages.map(({ offset }) => offset);
  }
}
