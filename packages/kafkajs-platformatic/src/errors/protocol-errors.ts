import { KafkaJSError, type ErrorSource } from './kafkajs-error.js';
import { printable } from './printable.js';
import { protocolErrorDefinition, type ProtocolErrorDefinition } from './protocol-error-table.js';

/** A broker answered with an error code; `type` is the code's name, `code` its number. */
export class KafkaJSProtocolError extends KafkaJSError {
  override readonly name: string = 'KafkaJSProtocolError';
  readonly type: string;
  readonly code: number;
  /** The whole response that carried the code, where a caller may need its other fields. */
  declare readonly response?: unknown;

  constructor(
    source: ErrorSource | ProtocolErrorDefinition,
    options: { readonly retriable?: boolean; readonly response?: unknown; readonly cause?: unknown } = {},
  ) {
    const definition = definitionOf(source);
    super(source instanceof Error ? source : definition.message, {
      retriable: options.retriable ?? definition.retriable,
      cause: options.cause,
    });
    this.type = definition.type;
    this.code = definition.code;
    if (options.response !== undefined) {
      this.response = options.response;
    }
  }
}

function definitionOf(source: ErrorSource | ProtocolErrorDefinition): ProtocolErrorDefinition {
  if (source instanceof KafkaJSProtocolError) {
    return source;
  }
  if (typeof source === 'object' && 'type' in source) {
    return source;
  }
  const unknown = protocolErrorDefinition(-1);
  return { ...unknown, message: typeof source === 'string' ? source : source.message };
}

/** The error for a code in a response; `context` names what the broker refused ("topic orders, partition 3"). */
export function createProtocolError(
  code: number,
  context?: string,
  serverMessage?: string | null,
): KafkaJSProtocolError {
  const definition = protocolErrorDefinition(code);
  const detail = serverMessage ? ` (${printable(serverMessage)})` : '';
  const message =
    context === undefined ? definition.message : `${printable(context)}: ${definition.type}: ${definition.message}`;
  return new KafkaJSProtocolError({ ...definition, message: `${message}${detail}` });
}

/** The offset asked for is not in the partition's log (any more). */
export class KafkaJSOffsetOutOfRange extends KafkaJSProtocolError {
  override readonly name: string = 'KafkaJSOffsetOutOfRange';
  readonly topic: string;
  readonly partition: number;

  constructor(
    source: ErrorSource | ProtocolErrorDefinition,
    { topic, partition }: { readonly topic: string; readonly partition: number } = { topic: '', partition: -1 },
  ) {
    super(source);
    this.topic = topic;
    this.partition = partition;
  }
}

/** The coordinator gave the member an id with which it has to join again (KIP-394). */
export class KafkaJSMemberIdRequired extends KafkaJSProtocolError {
  override readonly name: string = 'KafkaJSMemberIdRequired';
  readonly memberId: string;

  constructor(source: ErrorSource | ProtocolErrorDefinition, { memberId }: { readonly memberId: string }) {
    super(source);
    this.memberId = memberId;
  }
}

/** One topic of a createTopics call was refused. */
export class KafkaJSCreateTopicError extends KafkaJSProtocolError {
  override readonly name: string = 'KafkaJSCreateTopicError';
  readonly topic: string;

  constructor(source: ErrorSource | ProtocolErrorDefinition, topic: string) {
    super(source);
    this.topic = topic;
  }
}

/** One partition of an alterPartitionReassignments call was refused. */
export class KafkaJSAlterPartitionReassignmentsError extends KafkaJSProtocolError {
  override readonly name: string = 'KafkaJSAlterPartitionReassignmentsError';
  declare readonly topic?: string;
  declare readonly partition?: number;

  constructor(source: ErrorSource | ProtocolErrorDefinition, topic?: string, partition?: number) {
    super(source);
    if (topic !== undefined) {
      this.topic = topic;
    }
    if (partition !== undefined) {
      this.partition = partition;
    }
  }
}

/** True while a group is rebalancing: the member has to join again, nothing is lost. */
export function isRebalancing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'type' in error &&
    (error.type === 'REBALANCE_IN_PROGRESS' ||
      error.type === 'NOT_COORDINATOR_FOR_GROUP' ||
      error.type === 'ILLEGAL_GENERATION')
  );
}
