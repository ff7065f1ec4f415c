import type { ProducerMessage, SendConfig } from '../../driver/kafka-types.js';
import type { Transaction } from '../../driver/partition-claim.js';
import { produceRecord } from '../../outgoing/produce-record.js';

export type SerializeMessage = (topic: string, data: unknown) => ProducerMessage | Promise<ProducerMessage>;

/**
 * What a handler emits within its transaction.
 *
 * Invariant: the transaction ends after everything that was emitted has settled, awaited or not; an emit that failed fails it,
 * and nothing is emitted after its end.
 */
export class TransactionOutbox {
  private readonly pending: Promise<void>[] = [];
  private isOver = false;

  constructor(
    private readonly transaction: Transaction,
    private readonly serialize: SerializeMessage,
    private readonly sendOptions: SendConfig | undefined,
  ) {}

  emit(topic: string, messages: readonly unknown[]): Promise<void> {
    if (this.isOver) {
      return Promise.reject(
        new Error(
          `The message to "${topic}" was not emitted: the transaction of its handler is over. Emit before the handler ends.`,
        ),
      );
    }
    const sent = this.send(topic, messages);
    this.pending.push(sent);
    // Told by `settle()` where nobody awaits it.
    sent.catch(() => undefined);
    return sent;
  }

  /** @throws the first failure, also if the handler did not await it. */
  async settle(): Promise<void> {
    // What is emitted meanwhile is waited for, too.
    for (let settled = 0; settled < this.pending.length;) {
      settled = this.pending.length;
      await Promise.all(this.pending);
    }
    this.isOver = true;
  }

  /** The transaction is aborted: what is still on its way may fail. */
  async abandon(): Promise<void> {
    this.isOver = true;
    await Promise.allSettled(this.pending);
  }

  private async send(topic: string, data: readonly unknown[]): Promise<void> {
    const messages = await Promise.all(data.map(each => this.serialize(topic, each)));
    await this.transaction.send(produceRecord(topic, messages, this.sendOptions));
  }
}
