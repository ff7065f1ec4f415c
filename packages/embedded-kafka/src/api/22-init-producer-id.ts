import { ErrorCode } from '../protocol/errors.js';
import { initProducerIdCodec } from '../protocol/generated/init-producer-id.js';
import { defineApi } from './api.js';

/**
 * InitProducerId, v0-5.
 *
 * - Without a transactional id: a new producer id with epoch 0, whatever id and epoch the client says it had (v3+).
 *   One of the two without the other is INVALID_REQUEST.
 * - With one: refused with UNSUPPORTED_VERSION, which no client retries, until there are transactions.
 */
export const initProducerId = defineApi(initProducerIdCodec, {
  handle({ transactionalId, producerId, producerEpoch }, { clientId, broker }) {
    const isHalf = producerId >= 0n !== producerEpoch >= 0;
    if (isHalf && transactionalId === null) return { errorCode: ErrorCode.INVALID_REQUEST, producerEpoch: -1 };
    if (transactionalId === null) {
      return { errorCode: ErrorCode.NONE, producerId: broker.producerIds.take(), producerEpoch: 0 };
    }
    if (transactionalId === '') return { errorCode: ErrorCode.INVALID_REQUEST, producerEpoch: -1 };
    broker.logger.warn(
      `client ${clientId ?? '(unnamed)'} asks for transactions (${transactionalId}), which this broker does not have yet: use an idempotent producer, or Apache Kafka`,
    );
    return { errorCode: ErrorCode.UNSUPPORTED_VERSION, producerEpoch: -1 };
  },
});
