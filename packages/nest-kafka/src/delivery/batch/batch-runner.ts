import type { EachMessagePayload } from '../../driver/kafka-types.js';
import type { IncomingMessage } from '../../incoming/incoming-message.js';
import { KafkaContext, type KafkaContextArgs } from '../../server/kafka-context.js';
import type { DeliveryRuntime } from '../delivery-runtime.js';
import { BatchItemFailure } from './batch-item-failure.js';
import { InvalidItem } from './invalid-item.js';
import { KafkaBatchContext } from './kafka-batch-context.js';

/** Of a batch: the first `done` records are done, the next `failed` have failed, the others have not been tried. */
export interface BatchOutcome {
  readonly done: number;
  readonly failed: number;
  readonly error: unknown;
}

/** Runs the handler with records of one partition; rejects as it does. */
export type HandleBatch = (payloads: readonly EachMessagePayload[], attempt: number) => Promise<void>;

/**
 * Runs a batch, and finds out which records a failure concerns.
 *
 * An item that cannot be read or is not valid never reaches the handler: what stands before it is handled as a batch of its
 * own. So is, if what the handler does is undone when it fails (`isAtomic`), what stands before a `BatchItemFailure`.
 */
export class BatchRunner {
  constructor(
    private readonly handle: HandleBatch,
    private readonly isAtomic: boolean,
  ) {}

  async run(payloads: readonly EachMessagePayload[], attempt: number): Promise<BatchOutcome> {
    try {
      await this.handle(payloads, attempt);
      return { done: payloads.length, failed: 0, error: undefined };
    } catch (error) {
      if (!isOfItem(error)) {
        return { done: 0, failed: payloads.length, error };
      }
      const { index, cause } = error;
      if (!(Number.isInteger(index) && index >= 0 && index < payloads.length)) {
        const wrong = new RangeError(`${error.name} of item ${index}, but the batch has ${payloads.length} items`, {
          cause: error,
        });
        return { done: 0, failed: payloads.length, error: wrong };
      }
      const failed = { done: index, failed: 1, error: cause };
      if (index === 0 || (error instanceof BatchItemFailure && !this.isAtomic)) {
        return failed;
      }
      const before = await this.run(payloads.slice(0, index), attempt);
      return before.failed > 0 ? before : failed;
    }
  }
}

/** Makes payloads and context of a batch and calls its handlers, by the way of Nest's pipes, guards and filters. */
export function handleBatchWith(
  runtime: DeliveryRuntime,
  contextOf: (args: KafkaContextArgs, attempt: number, messages: readonly IncomingMessage[]) => KafkaBatchContext,
): HandleBatch {
  return async (payloads, attempt) => {
    const [consumer, producer] = [runtime.consumer(), runtime.producer()];
    const messages: IncomingMessage[] = [];
    const data: unknown[] = [];
    let pattern = '';
    for (const [index, payload] of payloads.entries()) {
      const message = runtime.parse(payload);
      const { partition, topic, heartbeat } = payload;
      try {
        const event = await runtime.read(
          new KafkaContext([message, partition, topic, consumer, heartbeat, producer], attempt),
        );
        data.push(event.data);
        pattern ||= event.pattern;
      } catch (error) {
        throw new InvalidItem(index, error);
      }
      messages.push(message);
    }
    const [first] = payloads as [EachMessagePayload];
    const args: KafkaContextArgs = [
      messages[0] as IncomingMessage,
      first.partition,
      first.topic,
      consumer,
      first.heartbeat,
      producer,
    ];
    await runtime.handle({ pattern, data }, contextOf(args, attempt, messages));
  };
}

function isOfItem(error: unknown): error is BatchItemFailure | InvalidItem {
  return error instanceof BatchItemFailure || error instanceof InvalidItem;
}
