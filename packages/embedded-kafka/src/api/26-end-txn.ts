import { endTxnCodec } from '../protocol/generated/end-txn.js';
import { defineApi } from './api.js';
import { forVersion } from './producer-fenced.js';

/**
 * EndTxn, v0-5.
 *
 * - When it is answered, all markers are written: the next transaction may begin at once.
 * - v5: the epoch is raised by every end and comes with the answer; an abort is possible without a transaction, and a
 *   request that is sent again with the epoch before is recognised (KIP-890). See `decideEnd` and `decideEndWithRaise`.
 * - v0-1 say INVALID_PRODUCER_EPOCH for PRODUCER_FENCED.
 */
export const endTxn = defineApi(endTxnCodec, {
  handle(request, { version, broker }) {
    const ended = broker.transactions.end(request, request.committed, version >= 5);
    return { ...ended, errorCode: forVersion(ended.errorCode, version) };
  },
});
