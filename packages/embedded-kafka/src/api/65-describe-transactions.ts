import { ErrorCode } from '../protocol/errors.js';
import { describeTransactionsCodec } from '../protocol/generated/describe-transactions.js';
import type { TransactionStateInit } from '../protocol/generated/describe-transactions-response.js';
import type { Transaction } from '../txn/transaction.js';
import { defineApi } from './api.js';

/** DescribeTransactions, v0 (KIP-664). An id that is not known is TRANSACTIONAL_ID_NOT_FOUND, an empty one INVALID_REQUEST. */
export const describeTransactions = defineApi(describeTransactionsCodec, {
  handle({ transactionalIds }, { broker }) {
    return {
      transactionStates: transactionalIds.map(id => {
        const transaction = broker.transactions.get(id);
        if (transaction) return described(transaction);
        return missing(id, id === '' ? ErrorCode.INVALID_REQUEST : ErrorCode.TRANSACTIONAL_ID_NOT_FOUND);
      }),
    };
  },
});

function described(transaction: Transaction): TransactionStateInit {
  return {
    errorCode: ErrorCode.NONE,
    transactionalId: transaction.id,
    transactionState: transaction.state,
    transactionTimeoutMs: transaction.timeoutMs,
    transactionStartTimeMs: BigInt(transaction.startedAt),
    producerId: transaction.producerId,
    producerEpoch: transaction.producerEpoch,
    topics: transaction.partitions.byTopic(),
  };
}

function missing(transactionalId: string, errorCode: number): TransactionStateInit {
  return {
    errorCode,
    transactionalId,
    transactionState: '',
    transactionTimeoutMs: 0,
    transactionStartTimeMs: 0n,
    producerId: 0n,
    producerEpoch: 0,
    topics: [],
  };
}
