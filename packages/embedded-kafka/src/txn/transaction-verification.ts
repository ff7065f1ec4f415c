import type { AppendRefusal } from '../log/batch-rules.js';
import type { TransactionGate } from '../log/partition-log.js';
import { ErrorCode } from '../protocol/errors.js';
import type { ProducerIdentity } from './end-decision.js';
import type { TransactionCoordinator } from './transaction-coordinator.js';

/**
 * What a client's version says about partitions that are not in its transaction (KIP-890): `strict` ones get
 * INVALID_TXN_STATE, `abortable` ones TRANSACTION_ABORTABLE, and for `adding` ones the partition is added.
 */
export type Verification = 'strict' | 'abortable' | 'adding';

/** Whether a producer may write to a partition. @returns an error code, as Produce and TxnOffsetCommit answer it */
export function verify(
  transactions: TransactionCoordinator,
  producer: ProducerIdentity,
  [topic, partition]: readonly [topic: string, partition: number],
  verification: Verification,
): number {
  const errorCode =
    verification === 'adding'
      ? transactions.addPartitions(producer, [[topic, partition]])
      : transactions.verifyPartition(producer, topic, partition);
  // Clients take PRODUCER_FENCED for final, but the one that is written to cannot know.
  if (errorCode === ErrorCode.PRODUCER_FENCED) return ErrorCode.INVALID_PRODUCER_EPOCH;
  const isOld = errorCode === ErrorCode.TRANSACTION_ABORTABLE && verification === 'strict';
  return isOld ? ErrorCode.INVALID_TXN_STATE : errorCode;
}

/** Guards one partition in one transactional Produce request. */
export class CoordinatorGate implements TransactionGate {
  constructor(
    private readonly transactions: TransactionCoordinator,
    private readonly transactionalId: string,
    private readonly partition: readonly [topic: string, partition: number],
    private readonly verification: Verification,
  ) {}

  get startsAtZero(): boolean {
    return this.verification === 'adding';
  }

  admit(producerId: number, producerEpoch: number): AppendRefusal | undefined {
    const { transactions, transactionalId, partition, verification } = this;
    const producer = { transactionalId, producerId: BigInt(producerId), producerEpoch };
    const errorCode = verify(transactions, producer, partition, verification);
    if (errorCode === ErrorCode.NONE) return undefined;
    const reason = `${partition.join('-')} takes no records of producer ${producerId} with epoch ${producerEpoch} in the transaction of ${transactionalId}`;
    return { errorCode, reason };
  }
}
