import { KafkaJSError } from '../errors/kafkajs-error.js';
import { KafkaJSProtocolError } from '../errors/protocol-errors.js';

/** Answers after which it is certain that the broker did not write the batch. */
const NOT_WRITTEN = new Set([
  'CORRUPT_MESSAGE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'MESSAGE_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'RECORD_LIST_TOO_LARGE',
  'NOT_ENOUGH_REPLICAS',
  'INVALID_REQUIRED_ACKS',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'INVALID_TIMESTAMP',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'POLICY_VIOLATION',
  'INVALID_RECORD',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
]);

/** The broker has lost or dropped what it knew of the producer; a new identity starts afresh (KIP-360). */
const IDENTITY_LOST = new Set(['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH']);

/** True if the failed attempt may have written the batch all the same. */
export function mayHaveWritten(error: Error): boolean {
  return !(error instanceof KafkaJSProtocolError && NOT_WRITTEN.has(error.type));
}

export function isIdentityLost(error: Error): boolean {
  return error instanceof KafkaJSProtocolError && IDENTITY_LOST.has(error.type);
}

/** True if the batch may be tried again. */
export function isProduceRetriable(error: Error): boolean {
  return isIdentityLost(error) || (error instanceof KafkaJSError && error.retriable);
}
