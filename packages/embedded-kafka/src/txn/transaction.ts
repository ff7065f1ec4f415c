import type { Timer } from '../clock.js';
import type { KeptTransaction } from './kept-transaction.js';
import type { TransactionState } from './transaction-state.js';
import { TransactionPartitions } from './transaction-partitions.js';

/** The highest epoch that a client gets; the one above it is kept for fencing that client. */
const LAST_EPOCH = 32_766;

export const isExhausted = (epoch: number): boolean => epoch >= LAST_EPOCH;

/**
 * A transactional id with its producer and its transaction.
 *
 *   Empty          --partitions added-->  Ongoing     (starts the timeout)
 *   Ongoing        --EndTxn------------>  CompleteCommit | CompleteAbort
 *   Ongoing        --timeout, or InitProducerId of another producer-->  CompleteAbort, with the epoch raised (fenced; a
 *                                        timed out producer that knows KIP-890 may abort, and gets the raised epoch)
 *   Complete*      --partitions added-->  Ongoing
 *   Empty, Complete*  --EndTxn v5 abort-->  CompleteAbort, with the epoch raised (KIP-890)
 *   Empty, Complete*  --InitProducerId-->   Empty, with the epoch raised, or a new producer id if epochs are used up
 *
 * Invariants:
 * - the pair of producer id and epoch only moves forward, and only its latest holder is obeyed;
 * - `partitions` is empty and no timer runs in every state but Ongoing;
 * - when Ongoing is left, every partition has its marker.
 */
export class Transaction {
  state: TransactionState = 'Empty';
  /** -1 until the first InitProducerId is done with it. */
  producerEpoch = -1;
  /** The epoch before the last raise, if its holder may ask for the raise again; else -1. */
  lastProducerEpoch = -1;
  /** The producer id before this one, whose epochs were used up; else -1. */
  previousProducerId = -1n;
  /** Milliseconds that a transaction may take. */
  timeoutMs = 0;
  /** When the last transaction started, in milliseconds since the epoch; -1 if none has since InitProducerId. */
  startedAt = -1;
  /** When it was used last, in milliseconds since the epoch. */
  usedAt = 0;
  /** Aborts the transaction when its time is over. */
  timer: Timer | undefined;
  readonly partitions = new TransactionPartitions();

  constructor(
    readonly id: string,
    public producerId: bigint,
  ) {}

  /** As it was kept; no timer runs yet. */
  static restore(kept: KeptTransaction): Transaction {
    const transaction = new Transaction(kept.id, BigInt(kept.producerId));
    transaction.state = kept.state;
    transaction.producerEpoch = kept.producerEpoch;
    transaction.lastProducerEpoch = kept.lastProducerEpoch;
    transaction.previousProducerId = BigInt(kept.previousProducerId);
    transaction.timeoutMs = kept.timeoutMs;
    transaction.startedAt = kept.startedAt;
    for (const [topic, partition] of kept.partitions) transaction.partitions.add(topic, partition);
    return transaction;
  }

  /** The producer goes on with a raised epoch, or, if there is none left, with a new id. */
  raiseEpoch(takeProducerId: () => bigint): void {
    this.lastProducerEpoch = this.producerEpoch;
    if (isExhausted(this.producerEpoch)) {
      this.previousProducerId = this.producerId;
      this.producerId = takeProducerId();
      this.producerEpoch = 0;
    } else {
      this.producerEpoch++;
    }
  }

  /** The transaction is over. */
  complete(committed: boolean): void {
    this.timer?.clear();
    this.timer = undefined;
    this.partitions.clear();
    this.state = committed ? 'CompleteCommit' : 'CompleteAbort';
  }
}
