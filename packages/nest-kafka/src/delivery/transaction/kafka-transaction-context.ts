import type { IncomingMessage } from '../../incoming/incoming-message.js';
import { KafkaContext, type KafkaContextArgs } from '../../server/kafka-context.js';
import { KafkaBatchContext } from '../batch/kafka-batch-context.js';
import type { TransactionOutbox } from './transaction-outbox.js';

/** What handlers with a `transaction` have in their context. */
export interface TransactionalEmits {
  /**
   * Emits an event within the handler's transaction: readers of committed messages see it when the handler has ended and its
   * offset is committed, and never if not. `data` is what `ClientKafka.emit()` takes. Resolves when it is acknowledged; the
   * transaction waits for it also if the handler does not.
   */
  emit(topic: string, data: unknown): Promise<void>;
  /** As `emit()`, for many. */
  emitBatch(topic: string, data: { readonly messages: readonly unknown[] }): Promise<void>;
}

/** The context of a handler with a `transaction`. */
export class KafkaTransactionContext extends KafkaContext implements TransactionalEmits {
  /** @internal */
  constructor(
    args: KafkaContextArgs,
    attempt: number,
    private readonly outbox: TransactionOutbox,
  ) {
    super(args, attempt);
  }

  emit(topic: string, data: unknown): Promise<void> {
    return this.outbox.emit(topic, [data]);
  }

  emitBatch(topic: string, { messages }: { readonly messages: readonly unknown[] }): Promise<void> {
    return this.outbox.emit(topic, messages);
  }
}

/** The context of a batch handler with a `transaction`: one for all messages of the batch. */
export class KafkaBatchTransactionContext extends KafkaBatchContext implements TransactionalEmits {
  /** @internal */
  constructor(
    args: KafkaContextArgs,
    attempt: number,
    messages: readonly IncomingMessage[],
    private readonly outbox: TransactionOutbox,
  ) {
    super(args, attempt, messages);
  }

  emit(topic: string, data: unknown): Promise<void> {
    return this.outbox.emit(topic, [data]);
  }

  emitBatch(topic: string, { messages }: { readonly messages: readonly unknown[] }): Promise<void> {
    return this.outbox.emit(topic, messages);
  }
}
