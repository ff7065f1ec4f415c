import type { PreparedRecord } from '../codec/prepared-record.js';
import type { RetryPolicy } from '../retry/retry-policy.js';
import type { PendingSend } from './pending-send.js';
import { ProducerBatch, sameTerms, type BatchTerms } from './producer-batch.js';
import type { ProducerIdentity } from './producer-identity.js';

/**
 * The batches of one partition, in the order in which they were sent.
 *
 * States: `idle` -> `busy` (its head is being located, encoded or is on its way) -> `idle`, or -> `waiting` (the head
 * failed and will be tried again after a while) -> `idle`. Invariants: only the head is ever on its way, so batches of a
 * partition never overtake each other, whatever is retried; a batch leaves the queue exactly when it settles; sequence
 * numbers of one identity have no hole.
 */
export class PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  state: 'idle' | 'busy' | 'waiting' = 'idle';
  /** The node that the last attempt went to; undefined if there was none to go to. */
  triedNode: number | undefined;
  identity: ProducerIdentity | undefined;
  /** Sequence of the next new batch under `identity`. */
  nextSequence = 0;
  readonly #batches: ProducerBatch[] = [];

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  get head(): ProducerBatch | undefined {
    return this.#batches[0];
  }

  get batches(): readonly ProducerBatch[] {
    return this.#batches;
  }

  /** Appends a record, to the last batch if that can take it. Returns true if a batch is full. */
  append(
    record: PreparedRecord,
    send: PendingSend,
    terms: BatchTerms,
    limits: { readonly batchSize: number; readonly retry: RetryPolicy },
  ): { readonly opened: boolean; readonly full: boolean } {
    let batch = this.#batches.at(-1);
    const fits =
      batch !== undefined &&
      !(this.state !== 'idle' && this.#batches.length === 1) &&
      !batch.isSealed &&
      batch.size + record.size <= limits.batchSize &&
      sameTerms(batch.terms, terms);
    const opened = !fits;
    if (batch === undefined || opened) {
      batch = new ProducerBatch(this.topic, this.partition, terms, limits.retry);
      this.#batches.push(batch);
    }
    batch.add(record, send);
    return { opened, full: batch.size >= limits.batchSize || this.#batches.length > 1 };
  }

  /** Removes the head, which has settled. */
  shift(): ProducerBatch | undefined {
    return this.#batches.shift();
  }

  /** Numbers the head under the partition's identity; a batch that has a number keeps it. */
  number(identity: ProducerIdentity, batch: ProducerBatch): void {
    if (this.identity === undefined) {
      this.identity = identity;
      this.nextSequence = 0;
    }
    if (batch.producer === undefined) {
      batch.producer = { ...this.identity, baseSequence: this.nextSequence };
      this.nextSequence = advance(this.nextSequence, batch.recordCount);
    }
  }

  /** Takes back the head's number: it is certain that it was not written. */
  unnumber(batch: ProducerBatch): void {
    if (batch.producer !== undefined) {
      this.nextSequence = batch.producer.baseSequence;
    }
  }
}

/** Sequences wrap to 0 after 2^31 - 1. */
function advance(sequence: number, count: number): number {
  return (sequence + count) % 2 ** 31;
}
