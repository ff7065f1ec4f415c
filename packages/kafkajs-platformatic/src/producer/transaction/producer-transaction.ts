import { KafkaJSNonRetriableError } from '../../errors/kafkajs-error.js';
import type { BatchTerms } from '../producer-batch.js';
import type { ProducerBatch, ProducerRecord, RecordMetadata } from '../producer-records.js';
import type { TransactionManager, TransactionTicket } from './transaction-manager.js';
import type { Transaction, TransactionOffsets } from './transaction-types.js';

/** The handle of one transaction: it is of no more use once that has ended, though its producer goes on. */
export class ProducerTransaction implements Transaction {
  readonly #manager: TransactionManager;
  readonly #ticket: TransactionTicket;
  readonly #terms: (batch: ProducerBatch) => BatchTerms;

  /** @param terms checks a call's options and the producer's state */
  constructor(manager: TransactionManager, ticket: TransactionTicket, terms: (batch: ProducerBatch) => BatchTerms) {
    this.#manager = manager;
    this.#ticket = ticket;
    this.#terms = terms;
  }

  send({ topic, messages, ...terms }: ProducerRecord): Promise<RecordMetadata[]> {
    return this.sendBatch({ ...terms, topicMessages: [{ topic, messages }] });
  }

  async sendBatch(batch: ProducerBatch): Promise<RecordMetadata[]> {
    return this.#manager.perform(this.#ticket, path => path.send(batch.topicMessages ?? [], this.#terms(batch)));
  }

  async sendOffsets(offsets: TransactionOffsets): Promise<void> {
    return this.#manager.perform(this.#ticket, () => {
      checkOffsets(offsets);
      return this.#manager.sendOffsets(offsets);
    });
  }

  commit(): Promise<void> {
    return this.#manager.end(this.#ticket, true);
  }

  abort(): Promise<void> {
    return this.#manager.end(this.#ticket, false);
  }

  isActive(): boolean {
    return this.#manager.isCurrent(this.#ticket);
  }
}

/** @throws KafkaJSNonRetriableError naming the first fault. */
function checkOffsets({ consumerGroupId, topics }: TransactionOffsets): void {
  if (typeof consumerGroupId !== 'string' || consumerGroupId === '') {
    throw new KafkaJSNonRetriableError('Missing consumerGroupId: sendOffsets({ consumerGroupId, topics })');
  }
  if (!isArray(topics)) {
    throw new KafkaJSNonRetriableError('Missing offset topics: sendOffsets({ consumerGroupId, topics })');
  }
  for (const { topic, partitions } of topics) {
    for (const { partition, offset } of partitions) {
      if (!/^\d+$/.test(String(offset))) {
        throw new KafkaJSNonRetriableError(
          `Topic "${topic}", partition ${partition}: the offset must be a decimal number, not ${JSON.stringify(offset)}`,
        );
      }
    }
  }
}

// The library's own guard turns a readonly array into one of `any`.
function isArray(value: unknown): boolean {
  return Array.isArray(value);
}
