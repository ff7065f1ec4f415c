import { ErrorCode } from '../protocol/errors.js';
import { initProducerIdCodec } from '../protocol/generated/init-producer-id.js';
import { defineApi } from './api.js';

/**
 * InitProducerId, v0-5.
 *
 * - Without a transactional id: a new producer id with epoch 0, whatever id and epoch the client says it had (v3+).
 * - With one: its producer id with a raised epoch. Its open transaction is aborted first, with CONCURRENT_TRANSACTIONS for
 *   an answer. v3+ a client that says who it was is fenced if another one came after it (KIP-360), which is PRODUCER_FENCED
 *   from v4 on and INVALID_PRODUCER_EPOCH before. A transactional id that is not known takes any id and epoch.
 * - INVALID_TRANSACTION_TIMEOUT for 0 and less, and for more than 15 minutes (`transaction.max.timeout.ms`).
 * - One of producer id and epoch without the other is INVALID_REQUEST, an empty transactional id too.
 */
export const initProducerId = defineApi(initProducerIdCodec, {
  handle({ transactionalId, transactionTimeoutMs, producerId, producerEpoch }, { version, broker }) {
    const hasId = producerId !== -1n;
    if (hasId !== (producerEpoch !== -1)) return { errorCode: ErrorCode.INVALID_REQUEST, producerEpoch: -1 };
    if (transactionalId === null) {
      return { errorCode: ErrorCode.NONE, producerId: broker.producerIds.take(), producerEpoch: 0 };
    }
    const expected = hasId ? { producerId, producerEpoch } : undefined;
    const initialised = broker.transactions.initProducerId(transactionalId, transactionTimeoutMs, expected);
    const isFenced = initialised.errorCode === ErrorCode.PRODUCER_FENCED;
    return isFenced && version < 4 ? { ...initialised, errorCode: ErrorCode.INVALID_PRODUCER_EPOCH } : initialised;
  },
});
