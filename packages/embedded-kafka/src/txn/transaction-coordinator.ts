import type { Clock, Timer } from '../clock.js';
import type { TransactionMarker } from '../log/control-batch.js';
import type { Logger } from '../logger.js';
import { ErrorCode } from '../protocol/errors.js';
import { decideEnd, decideEndWithRaise, type ProducerIdentity } from './end-decision.js';
import { initialise, isKnownProducer, type ExpectedProducer } from './producer-initialisation.js';
import { Transaction } from './transaction.js';
import type { KeptTransaction, PreparedEnd } from './kept-transaction.js';
import type { TransactionJournal } from './transaction-journal.js';
import type { TransactionPartitions } from './transaction-partitions.js';

/** `transaction.max.timeout.ms` */
const MAX_TIMEOUT_MS = 900_000;
/** Bounds memory against clients that ask for one transactional id after the other; idle ones are forgotten first. */
const MAX_TRANSACTIONAL_IDS = 10_000;
/** `transactional.id.expiration.ms` */
const EXPIRATION_MS = 604_800_000;
/** `transaction.remove.expired.transaction.cleanup.interval.ms` */
const CLEANUP_INTERVAL_MS = 3_600_000;
/** There is one coordinator, and it is never replaced. */
const COORDINATOR_EPOCH = 0;

/** Those whom a transaction concerns: they get its marker. */
export interface TransactionParticipants {
  /** Must be done when it returns: afterwards the transaction is over for everyone. */
  endTransaction(partitions: TransactionPartitions, marker: TransactionMarker): void;
}

export interface TransactionCoordinatorInit {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly participants: TransactionParticipants;
  /** Is told of each transaction that has ended. */
  readonly onEnd?: (transactionalId: string, committed: boolean) => void;
  readonly takeProducerId: () => bigint;
  /** Where transactional ids are kept beyond the process; default: nowhere. */
  readonly journal?: TransactionJournal;
}

export interface InitialisedProducer {
  readonly errorCode: number;
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

type TopicPartition = readonly [topic: string, partition: number];

const refusedInit = (errorCode: number): InitialisedProducer => ({ errorCode, producerId: -1n, producerEpoch: -1 });

/**
 * Kafka's transaction coordinator (KIP-98, KIP-360, KIP-890); see `Transaction` for the states. Everything happens
 * synchronously, markers included, so nobody is ever told to wait for them.
 */
export class TransactionCoordinator {
  private readonly transactions = new Map<string, Transaction>();
  /** Runs while there are transactional ids. */
  private cleanupTimer: Timer | undefined;

  constructor(private readonly init: TransactionCoordinatorInit) {}

  /**
   * Makes the caller the one producer of its transactional id; whoever was it before is fenced. If a transaction is open,
   * it is aborted, and the answer is CONCURRENT_TRANSACTIONS: the client asks again, as with Kafka.
   */
  initProducerId(
    transactionalId: string,
    timeoutMs: number,
    expected: ExpectedProducer | undefined,
  ): InitialisedProducer {
    if (transactionalId === '') return refusedInit(ErrorCode.INVALID_REQUEST);
    if (timeoutMs <= 0 || timeoutMs > MAX_TIMEOUT_MS) return refusedInit(ErrorCode.INVALID_TRANSACTION_TIMEOUT);
    const transaction = this.transactions.get(transactionalId) ?? this.create(transactionalId);
    if (transaction === undefined) return refusedInit(ErrorCode.POLICY_VIOLATION);
    transaction.usedAt = this.init.clock.now();
    if (!isKnownProducer(transaction, expected)) return refusedInit(ErrorCode.PRODUCER_FENCED);
    if (transaction.state === 'Ongoing') {
      this.fence(transaction);
      return refusedInit(ErrorCode.CONCURRENT_TRANSACTIONS);
    }
    const errorCode = initialise(transaction, timeoutMs, expected, this.init.takeProducerId);
    if (errorCode !== ErrorCode.NONE) return refusedInit(errorCode);
    this.init.journal?.put(transaction);
    const { producerId, producerEpoch } = transaction;
    return { errorCode, producerId, producerEpoch };
  }

  /** Adds partitions to the producer's transaction, which begins with that. @returns an error code */
  addPartitions(producer: ProducerIdentity, partitions: Iterable<TopicPartition>): number {
    const transaction = this.transactionOf(producer);
    if (typeof transaction === 'number') return transaction;
    if (transaction.state !== 'Ongoing') this.begin(transaction);
    for (const [topic, partition] of partitions) transaction.partitions.add(topic, partition);
    this.init.journal?.put(transaction);
    return ErrorCode.NONE;
  }

  /** Whether a partition is in the producer's transaction: TRANSACTION_ABORTABLE if it is not. @returns an error code */
  verifyPartition(producer: ProducerIdentity, topic: string, partition: number): number {
    const transaction = this.transactionOf(producer);
    if (typeof transaction === 'number') return transaction;
    return transaction.partitions.has(topic, partition) ? ErrorCode.NONE : ErrorCode.TRANSACTION_ABORTABLE;
  }

  /** @param raisesEpoch whether the client knows that every end raises its epoch (EndTxn version 5, KIP-890) */
  end(producer: ProducerIdentity, committed: boolean, raisesEpoch: boolean): InitialisedProducer {
    if (producer.transactionalId === '') return refusedInit(ErrorCode.INVALID_REQUEST);
    const transaction = this.transactions.get(producer.transactionalId);
    if (!transaction) return refusedInit(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
    transaction.usedAt = this.init.clock.now();
    const decide = raisesEpoch ? decideEndWithRaise : decideEnd;
    const decision = decide(transaction, producer, committed);
    if (decision.kind === 'refused') return refusedInit(decision.errorCode);
    if (decision.kind === 'end') this.complete(transaction, committed, raisesEpoch);
    const { producerId, producerEpoch } = transaction;
    return raisesEpoch ? { errorCode: ErrorCode.NONE, producerId, producerEpoch } : refusedInit(ErrorCode.NONE);
  }

  get(transactionalId: string): Transaction | undefined {
    return this.transactions.get(transactionalId);
  }

  all(): Iterable<Transaction> {
    return this.transactions.values();
  }

  /** Stops all timers. */
  close(): void {
    this.cleanupTimer?.clear();
    this.cleanupTimer = undefined;
    for (const { timer } of this.transactions.values()) timer?.clear();
    this.transactions.clear();
  }

  /** The transaction of a producer that is the latest of its transactional id; an error code for anyone else. */
  private transactionOf({ transactionalId, producerId, producerEpoch }: ProducerIdentity): Transaction | number {
    if (transactionalId === '') return ErrorCode.INVALID_REQUEST;
    const transaction = this.transactions.get(transactionalId);
    if (transaction?.producerId !== producerId) return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
    return transaction.producerEpoch === producerEpoch ? transaction : ErrorCode.PRODUCER_FENCED;
  }

  private create(transactionalId: string): Transaction | undefined {
    const { logger, takeProducerId } = this.init;
    if (this.transactions.size >= MAX_TRANSACTIONAL_IDS && !this.forgetIdle()) {
      logger.warn(
        `Transactional id ${transactionalId} is refused: ${this.transactions.size} others have a transaction open, more are not kept; end some`,
      );
      return undefined;
    }
    const transaction = new Transaction(transactionalId, takeProducerId());
    this.transactions.set(transactionalId, transaction);
    this.awaitCleanup();
    return transaction;
  }

  /** Kafka does so after `transactional.id.expiration.ms` only; here it also happens when the place is needed. */
  private forgetIdle(): boolean {
    for (const { id, state } of this.transactions.values()) {
      if (state === 'Ongoing') continue;
      this.forget(id);
      return true;
    }
    return false;
  }

  private forget(transactionalId: string): void {
    this.transactions.delete(transactionalId);
    this.init.journal?.delete(transactionalId);
  }

  private awaitCleanup(): void {
    this.cleanupTimer ??= this.init.clock.setTimeout(() => this.forgetExpired(), CLEANUP_INTERVAL_MS);
  }

  /** A transactional id that nobody has used for so long is as if it had never been; its producer gets a new id. */
  private forgetExpired(): void {
    this.cleanupTimer = undefined;
    const now = this.init.clock.now();
    for (const { id, state, usedAt } of this.transactions.values()) {
      if (state !== 'Ongoing' && now - usedAt >= EXPIRATION_MS) this.forget(id);
    }
    if (this.transactions.size > 0) this.awaitCleanup();
  }

  /**
   * Takes up the transactional ids of an earlier process again. What was open stays open until its timeout; what was about
   * to end is ended.
   */
  restore(kept: Iterable<KeptTransaction>): void {
    for (const each of kept) {
      const transaction = Transaction.restore(each);
      this.transactions.set(transaction.id, transaction);
      transaction.usedAt = this.init.clock.now();
      if (each.prepared) this.finish(transaction, each.prepared);
      else if (transaction.state === 'Ongoing') this.arm(transaction);
      this.awaitCleanup();
    }
  }

  private begin(transaction: Transaction): void {
    transaction.state = 'Ongoing';
    transaction.startedAt = this.init.clock.now();
    this.arm(transaction);
    transaction.usedAt = transaction.startedAt;
    // The map's order is that of last use.
    this.transactions.delete(transaction.id);
    this.transactions.set(transaction.id, transaction);
  }

  private arm(transaction: Transaction): void {
    const { clock, logger } = this.init;
    const left = transaction.startedAt + transaction.timeoutMs - clock.now();
    transaction.timer = clock.setTimeout(
      () => {
        logger.warn(`Transaction of ${transaction.id} is aborted: it took more than its ${transaction.timeoutMs} ms`);
        this.fence(transaction);
      },
      Math.max(left, 0),
    );
  }

  /** Aborts an open transaction with a raised epoch, which nobody gets: its producer can only start anew. */
  private fence(transaction: Transaction): void {
    transaction.producerEpoch++;
    transaction.lastProducerEpoch = -1;
    this.prepareAndFinish(transaction, {
      committed: false,
      producerEpoch: transaction.producerEpoch,
      raisesEpoch: false,
    });
  }

  private complete(transaction: Transaction, committed: boolean, raisesEpoch: boolean): void {
    // Without a transaction this is an abort that only raises the epoch.
    if (transaction.state !== 'Ongoing') transaction.startedAt = this.init.clock.now();
    const { producerEpoch } = transaction;
    const markerEpoch = raisesEpoch ? producerEpoch + 1 : producerEpoch;
    this.prepareAndFinish(transaction, { committed, producerEpoch: markerEpoch, raisesEpoch });
  }

  private prepareAndFinish(transaction: Transaction, end: PreparedEnd): void {
    this.init.journal?.prepare(transaction, end);
    this.finish(transaction, end);
  }

  private finish(transaction: Transaction, { committed, producerEpoch, raisesEpoch }: PreparedEnd): void {
    const wasOpen = transaction.state === 'Ongoing';
    this.writeMarkers(transaction, committed, producerEpoch);
    transaction.complete(committed);
    if (wasOpen) this.init.onEnd?.(transaction.id, committed);
    if (raisesEpoch) transaction.raiseEpoch(this.init.takeProducerId);
    this.init.journal?.put(transaction);
  }

  private writeMarkers({ partitions, producerId }: Transaction, committed: boolean, producerEpoch: number): void {
    const marker = {
      producerId: Number(producerId),
      producerEpoch,
      committed,
      coordinatorEpoch: COORDINATOR_EPOCH,
    };
    this.init.participants.endTransaction(partitions, marker);
  }
}
