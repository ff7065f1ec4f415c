// By its path: the command line program needs no more of Nest.
import { KafkaHeaders } from '@nestjs/microservices/enums/kafka-headers.enum.js';
import type { EachMessagePayload, RecordHeaders } from '../../driver/kafka-types.js';
import { TransportHeaders } from '../../incoming/transport-headers.js';
import type { ExceptionText } from './exception-text.js';

/**
 * The headers of a dead letter: Spring's names, which Nest's `KafkaHeaders` has too, values as text. (Spring writes numbers as
 * big-endian bytes; headers that Nest's parser and humans read are text.)
 */
export const DeadLetterHeaders = {
  TOPIC: KafkaHeaders.DLT_ORIGINAL_TOPIC,
  PARTITION: KafkaHeaders.DLT_ORIGINAL_PARTITION,
  OFFSET: KafkaHeaders.DLT_ORIGINAL_OFFSET,
  TIMESTAMP: KafkaHeaders.DLT_ORIGINAL_TIMESTAMP,
  TIMESTAMP_TYPE: KafkaHeaders.DLT_ORIGINAL_TIMESTAMP_TYPE,
  /** Not in Nest's enum. */
  GROUP: 'kafka_dlt-original-consumer-group',
  EXCEPTION: KafkaHeaders.DLT_EXCEPTION_FQCN,
  MESSAGE: KafkaHeaders.DLT_EXCEPTION_MESSAGE,
  STACKTRACE: KafkaHeaders.DLT_EXCEPTION_STACKTRACE,
  HANDLER: TransportHeaders.HANDLER,
  ATTEMPT: TransportHeaders.ATTEMPT,
} as const;

/** Who gave the message up, and why. */
export interface GivenUp {
  readonly groupId: string;
  readonly handler: string;
  readonly attempt: number;
  readonly exception: ExceptionText;
}

type TimestampType = 'CreateTime' | 'LogAppendTime';

/** KafkaJS tells the type of the timestamp beside the message; our engine only where it is not the usual one. */
interface WithTimestampType {
  readonly batchContext?: { readonly timestampType?: unknown };
  readonly timestampType?: unknown;
}

/** What is added to the headers of a message that is given up. */
export function deadLetterHeaders(
  { topic, partition, message }: EachMessagePayload,
  { groupId, handler, attempt, exception }: GivenUp,
): RecordHeaders {
  return {
    ...originHeaders(topic, partition, message),
    [DeadLetterHeaders.GROUP]: groupId,
    [DeadLetterHeaders.EXCEPTION]: exception.name,
    [DeadLetterHeaders.MESSAGE]: exception.message,
    [DeadLetterHeaders.STACKTRACE]: exception.stack,
    [DeadLetterHeaders.HANDLER]: handler,
    [DeadLetterHeaders.ATTEMPT]: String(attempt),
  };
}

/** Where a message was before it was given up or put aside. */
export function originHeaders(topic: string, partition: number, message: EachMessagePayload['message']): RecordHeaders {
  return {
    [DeadLetterHeaders.TOPIC]: topic,
    [DeadLetterHeaders.PARTITION]: String(partition),
    [DeadLetterHeaders.OFFSET]: message.offset,
    [DeadLetterHeaders.TIMESTAMP]: message.timestamp,
    [DeadLetterHeaders.TIMESTAMP_TYPE]: timestampTypeOf(message),
  };
}

/** Who has set the timestamp of a message. */
export function timestampTypeOf(message: EachMessagePayload['message']): TimestampType {
  const { batchContext, timestampType = batchContext?.timestampType } = message as WithTimestampType;
  return timestampType === undefined || timestampType === 0 || timestampType === false ? 'CreateTime' : 'LogAppendTime';
}
