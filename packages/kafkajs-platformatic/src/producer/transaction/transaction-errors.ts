import { KafkaJSNonRetriableError } from '../../errors/kafkajs-error.js';
import { KafkaJSProtocolError } from '../../errors/protocol-errors.js';

/** After these no request under the producer's epoch will ever be accepted again. */
const FENCING_TYPES = new Set([
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_TXN_STATE',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
]);

const MOVED_TYPES = new Set(['NOT_COORDINATOR_FOR_GROUP', 'GROUP_COORDINATOR_NOT_AVAILABLE']);

function hasType(error: unknown, type: string): boolean {
  return error instanceof KafkaJSProtocolError && error.type === type;
}

export function isConcurrent(error: unknown): boolean {
  return hasType(error, 'CONCURRENT_TRANSACTIONS');
}

export function isInvalidState(error: unknown): boolean {
  return hasType(error, 'INVALID_TXN_STATE');
}

/** True if the coordinator is another one, or none at the moment. */
export function isCoordinatorMoved(error: unknown): boolean {
  return error instanceof KafkaJSProtocolError && MOVED_TYPES.has(error.type);
}

/** The error of a producer that is of no more use, with the next step; undefined if the transaction alone failed. */
export function fencingError(transactionalId: string, error: unknown): KafkaJSProtocolError | undefined {
  if (!(error instanceof KafkaJSProtocolError) || !FENCING_TYPES.has(error.type)) {
    return undefined;
  }
  const reason = error.type.endsWith('AUTHORIZATION_FAILED')
    ? 'its user may not use the id: grant WRITE on the transactional id, then disconnect and connect() it again.'
    : 'either a newer producer has taken the id, or a transaction outlived transactionTimeout. ' +
      'Disconnect it and connect() again, or make a new producer.';
  const message = `Transactional id "${transactionalId}": this producer is out of use, ${error.type}: ${reason}`;
  return new KafkaJSProtocolError(
    { type: error.type, code: error.code, retriable: false, message },
    { retriable: false, cause: error },
  );
}

export function commitRefused(transactionalId: string, reason: Error): KafkaJSNonRetriableError {
  return new KafkaJSNonRetriableError(
    `The transaction of "${transactionalId}" cannot be committed, something in it failed: ${reason.message}. ` +
      'Call abort(), then repeat the whole transaction.',
    { cause: reason },
  );
}
