import { ErrorCode } from '../protocol/errors.js';
import type { Transaction } from './transaction.js';

/** A producer as it presents itself. */
export interface ProducerIdentity {
  readonly transactionalId: string;
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/**
 * What becomes of an EndTxn: the transaction ends now, or has ended so already (the request was sent again), or it is an
 * error.
 */
export type EndDecision = { readonly kind: 'end' | 'ended' } | { readonly kind: 'refused'; readonly errorCode: number };

const END: EndDecision = { kind: 'end' };
const ENDED: EndDecision = { kind: 'ended' };
const refused = (errorCode: number): EndDecision => ({ kind: 'refused', errorCode });

/** Up to version 4: an ended transaction may be ended the same way again, by the same epoch. */
export function decideEnd(transaction: Transaction, producer: ProducerIdentity, committed: boolean): EndDecision {
  if (producer.producerId !== transaction.producerId) return refused(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
  if (producer.producerEpoch !== transaction.producerEpoch) return refused(ErrorCode.PRODUCER_FENCED);
  if (transaction.state === 'Ongoing') return END;
  return hasEnded(transaction, committed) ? ENDED : refused(ErrorCode.INVALID_TXN_STATE);
}

/**
 * From version 5 on (KIP-890) every end raises the epoch. So the epoch before the latest can only be the request that
 * was answered already, and an abort with the latest one is always welcome: it raises the epoch, whatever was lost.
 */
export function decideEndWithRaise(
  transaction: Transaction,
  producer: ProducerIdentity,
  committed: boolean,
): EndDecision {
  const isRetry = isRetryOfEnd(transaction, producer);
  const { producerId, producerEpoch, state } = transaction;
  if (producer.producerId !== producerId && !isRetry) return refused(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
  const isComplete = state === 'CompleteCommit' || state === 'CompleteAbort';
  if (producer.producerEpoch !== producerEpoch && !(isComplete && isRetry)) return refused(ErrorCode.PRODUCER_FENCED);
  if (state === 'Ongoing') return END;
  if (isRetry) return hasEnded(transaction, committed) ? ENDED : refused(ErrorCode.INVALID_TXN_STATE);
  return committed ? refused(ErrorCode.INVALID_TXN_STATE) : END;
}

function isRetryOfEnd({ producerId, previousProducerId, producerEpoch }: Transaction, sent: ProducerIdentity): boolean {
  if (sent.producerId === producerId) return sent.producerEpoch === producerEpoch - 1;
  return sent.producerId === previousProducerId && producerEpoch === 0 && sent.producerEpoch === 32_766;
}

function hasEnded({ state }: Transaction, committed: boolean): boolean {
  return state === (committed ? 'CompleteCommit' : 'CompleteAbort');
}
