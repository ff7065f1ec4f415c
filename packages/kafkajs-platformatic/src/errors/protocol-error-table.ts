import { protocolErrors, protocolErrorsCodesById } from '@platformatic/kafka';

/** One error code of Kafka's protocol, with KafkaJS's name for it. */
export interface ProtocolErrorDefinition {
  readonly type: string;
  readonly code: number;
  readonly retriable: boolean;
  readonly message: string;
}

// KafkaJS kept the names that Kafka had before 2.x for these codes; code that matches on `error.type` relies on them.
const KAFKAJS_NAMES: Readonly<Record<number, string>> = {
  [-1]: 'UNKNOWN',
  6: 'NOT_LEADER_FOR_PARTITION',
  14: 'GROUP_LOAD_IN_PROGRESS',
  15: 'GROUP_COORDINATOR_NOT_AVAILABLE',
  16: 'NOT_COORDINATOR_FOR_GROUP',
};

/** The definition of a protocol error code (https://kafka.apache.org/protocol#protocol_error_codes). */
export function protocolErrorDefinition(code: number): ProtocolErrorDefinition {
  const id = protocolErrorsCodesById[code];
  const known = id === undefined ? undefined : protocolErrors[id];
  if (known === undefined) {
    return {
      type: 'KAFKAJS_UNKNOWN_ERROR_CODE',
      code,
      retriable: false,
      message: `Unknown error code ${code}: the broker is newer than this client`,
    };
  }
  return { type: KAFKAJS_NAMES[code] ?? known.id, code, retriable: known.canRetry, message: known.message };
}

/** Codes after which the client's picture of the cluster is out of date. */
const STALE_METADATA_TYPES = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'REPLICA_NOT_AVAILABLE',
  'KAFKA_STORAGE_ERROR',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_TOPIC_ID',
  'INCONSISTENT_TOPIC_ID',
]);

/** True if metadata must be read again before the call that failed so is repeated. */
export function isStaleMetadata(error: unknown): boolean {
  return (
    error instanceof Error && 'type' in error && typeof error.type === 'string' && STALE_METADATA_TYPES.has(error.type)
  );
}
