import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import type { EachMessagePayload, Producer } from '../../driver/kafka-types.js';
import type { ClaimingConsumer, PartitionClaim, Transaction } from '../../driver/partition-claim.js';
import { messageOf } from '../../errors/message-of.js';
import { Interrupted, orInterrupted } from './interrupted.js';
import type { TransactionalProducers } from './transactional-producers.js';

export interface PartitionTransactionsPorts {
  readonly producers: TransactionalProducers;
  readonly logger: LoggerService;
  /** How long a transaction may last, in milliseconds. */
  readonly timeout: number;
  consumer(): ClaimingConsumer;
}

/** What is done within a transaction. */
export type TransactionWork = (transaction: Transaction) => Promise<void>;

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 3_000;
/** How often the end of a transaction is asked for again when there was no answer. */
const COMMIT_TRIES = 5;

/**
 * Transactions of one handler, each with the offsets of the records it is for:
 *
 *     claim the partition ─▶ begin ─▶ work ─▶ offsets, in the name of this generation ─▶ commit ─▶ done
 *                              ▲        └─failed─▶ abort ─▶ rejected: the retry policy's matter
 *                              └─ after a pause, while the partition is held ◀─ abort ◀─ anything else failed
 *
 * Invariants
 * - What the work has sent and the offsets are committed together or not at all; the engine commits none of the partition.
 * - Work counts as done only when its commit is known: an end without an answer is asked for again, and if nobody can say it
 *   any more, the committed offset says it.
 * - After an abort that nobody confirmed, the producer is replaced: taking its id anew aborts what is open.
 */
export class PartitionTransactions {
  constructor(private readonly ports: PartitionTransactionsPorts) {}

  /**
   * Goes on for as long as the partition is held.
   *
   * @param payloads records of one partition, in their order
   * @throws what `work` throws; what interrupted it, once the partition has been given up
   */
  async run(payloads: readonly EachMessagePayload[], work: TransactionWork): Promise<void> {
    const { topic, partition, message, signal } = payloads.at(-1) as EachMessagePayload;
    const { producers, logger } = this.ports;
    const next = BigInt(message.offset) + 1n;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        const of = await orInterrupted(() => this.ports.consumer().claim({ topic, partition }));
        await producers.use(topic, partition, producer => this.attempt(producer, { of, topic, partition }, next, work));
        return;
      } catch (error) {
        if (!(error instanceof Interrupted)) {
          throw error;
        }
        if (signal === undefined || signal.aborted) {
          throw error.cause;
        }
        logger.warn(
          `The transaction of ${topic}[${partition}] up to offset ${next} was interrupted, nothing of it counts; ` +
            `again in ${pause} ms: ${messageOf(error.cause)}`,
        );
        // Ends early when the partition is given up; then the next try says so.
        await sleep(pause, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async attempt(producer: Producer, claim: Claim, next: bigint, work: TransactionWork): Promise<void> {
    const { topic, partition } = claim;
    const transaction = await this.begin(producer, claim);
    const begun = performance.now();
    try {
      await work(transaction);
    } catch (error) {
      const wasFenced = !transaction.isActive();
      await this.abort(transaction, producer, claim);
      throw wasFenced ? this.fenced(begun, error) : error;
    }
    try {
      await transaction.sendOffsets({
        ...(await claim.of.groupMetadata()),
        topics: [{ topic, partitions: [{ partition, offset: String(next) }] }],
      });
    } catch (error) {
      await this.abort(transaction, producer, claim);
      throw this.fenced(begun, error);
    }
    await this.commit(transaction, producer, claim, next);
  }

  private async begin(producer: Producer, claim: Claim): Promise<Transaction> {
    try {
      return await producer.transaction();
    } catch (error) {
      await this.replace(producer, claim);
      throw new Interrupted(error);
    }
  }

  private async commit(transaction: Transaction, producer: Producer, claim: Claim, next: bigint): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await transaction.commit();
        return;
      } catch (error) {
        if (transaction.isActive() && tries < COMMIT_TRIES) {
          await sleep(FIRST_PAUSE * tries);
          continue;
        }
        // Taking the id anew ends what is open; then the offset says which end that was.
        await this.replace(producer, claim);
        const committed = await orInterrupted(() => claim.of.committed());
        if (committed !== null && BigInt(committed) >= next) {
          return;
        }
        throw new Interrupted(error);
      }
    }
  }

  private async abort(transaction: Transaction, producer: Producer, claim: Claim): Promise<void> {
    try {
      await transaction.abort();
    } catch {
      // Fenced, or no answer: whoever takes the id next aborts it.
      await this.replace(producer, claim);
    }
  }

  private replace(producer: Producer, { topic, partition }: Claim): Promise<void> {
    return orInterrupted(() => this.ports.producers.replace(topic, partition, producer));
  }

  /** Somebody else's doing, unless the time was up: that would happen again. */
  private fenced(begun: number, cause: unknown): Error {
    const lasted = Math.round(performance.now() - begun);
    return lasted < this.ports.timeout
      ? new Interrupted(cause)
      : new Error(
          `The transaction lasted ${lasted} ms, and brokers abort it after ${this.ports.timeout} ms: allow more by ` +
            '"transaction.timeout", or do less in one',
          { cause },
        );
  }
}

interface Claim {
  readonly of: PartitionClaim;
  readonly topic: string;
  readonly partition: number;
}
