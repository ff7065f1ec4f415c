import type { Transaction } from './transaction.js';

/** Where transactional ids are kept beyond the process. */
export interface TransactionJournal {
  /** The transaction has changed. */
  put(transaction: Transaction): void;
  /**
   * The transaction ends so. Must be on disk when it returns: the markers are written next, and once one partition has its
   * marker, all others must get the same.
   */
  prepare(transaction: Transaction, end: PreparedEnd): void;
  delete(transactionalId: string): void;
}

/** How a transaction ends, from when that is certain until all markers are written. */
export interface PreparedEnd {
  readonly committed: boolean;
  /** Of the markers. */
  readonly producerEpoch: number;
  /** Whether the producer goes on with a raised epoch (EndTxn version 5). */
  readonly raisesEpoch: boolean;
}

/** A transactional id as it was kept. */
export interface KeptTransaction {
  readonly id: string;
  readonly state: Transaction['state'];
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly lastProducerEpoch: number;
  readonly previousProducerId: string;
  readonly timeoutMs: number;
  readonly startedAt: number;
  readonly partitions: readonly (readonly [topic: string, partition: number])[];
  readonly prepared?: PreparedEnd;
}
