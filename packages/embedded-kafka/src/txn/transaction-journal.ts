import type { PreparedEnd } from './kept-transaction.js';
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
