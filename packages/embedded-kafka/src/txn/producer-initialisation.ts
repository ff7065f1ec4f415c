import { ErrorCode } from '../protocol/errors.js';
import { isExhausted, type Transaction } from './transaction.js';

/** What a producer believes to be (KIP-360). */
export interface ExpectedProducer {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/**
 * Whether a producer that says who it is may be initialised at all: it is new here, or the latest one, or the one before,
 * which did not learn that its epochs were used up.
 */
export function isKnownProducer(transaction: Transaction, expected: ExpectedProducer | undefined): boolean {
  return (
    expected === undefined ||
    transaction.producerEpoch === -1 ||
    expected.producerId === transaction.producerId ||
    (expected.producerId === transaction.previousProducerId && isExhausted(expected.producerEpoch))
  );
}

/**
 * Raises the epoch of a transactional id that has no open transaction. A producer that says which epoch it has gets the
 * same answer again if it asks again, and is fenced if it is neither the latest nor the one before.
 * @returns an error code
 */
export function initialise(
  transaction: Transaction,
  timeoutMs: number,
  expected: ExpectedProducer | undefined,
  takeProducerId: () => bigint,
): number {
  const { producerEpoch, lastProducerEpoch } = transaction;
  const isLatest = expected === undefined || producerEpoch === -1 || expected.producerEpoch === producerEpoch;
  if (!isLatest && expected.producerEpoch !== lastProducerEpoch) return ErrorCode.PRODUCER_FENCED;
  if (isLatest) {
    transaction.raiseEpoch(takeProducerId);
    // Whoever does not say who it is may not ask again for somebody else's epoch.
    if (expected === undefined) transaction.lastProducerEpoch = -1;
  }
  transaction.state = 'Empty';
  transaction.timeoutMs = timeoutMs;
  transaction.startedAt = -1;
  return ErrorCode.NONE;
}
