import { KafkaHeaders } from '@nestjs/microservices';
import type { KafkaMessage } from '../driver/kafka-types.js';
import { TransportHeaders } from './transport-headers.js';

/** Where the reply to a request goes. */
export interface ReplyAddress {
  /** Byte for byte what the request carried: other clients (Spring's, for one) use ids that are not text. */
  correlationId: Buffer;
  topic: string;
  /** `undefined` leaves the choice to the partitioner. */
  partition: number | undefined;
}

/** The return address in a record's headers, or `undefined` for what is not a request. */
export function replyAddressOf(message: KafkaMessage): ReplyAddress | undefined {
  const correlationId = headerOf(message, KafkaHeaders.CORRELATION_ID);
  const topic = headerOf(message, KafkaHeaders.REPLY_TOPIC);
  if (correlationId === undefined || correlationId.length === 0 || topic === undefined || topic.length === 0) {
    return undefined;
  }
  return {
    correlationId,
    topic: topic.toString(),
    partition: partitionOf(headerOf(message, KafkaHeaders.REPLY_PARTITION)),
  };
}

/** When the caller stops waiting, in milliseconds since the epoch; `undefined` if it did not say. */
export function deadlineOf(message: KafkaMessage): number | undefined {
  const header = headerOf(message, TransportHeaders.DEADLINE);
  const deadline = header === undefined ? Number.NaN : Number(header.toString());
  return Number.isSafeInteger(deadline) && deadline > 0 ? deadline : undefined;
}

/** One header as bytes; of a repeated one the last, as Kafka's own clients take it. */
export function headerOf(message: KafkaMessage, name: string): Buffer | undefined {
  const header = message.headers?.[name];
  const value: unknown = Array.isArray(header) ? (header as unknown[]).at(-1) : header;
  if (Buffer.isBuffer(value)) {
    return value;
  }
  return typeof value === 'string' ? Buffer.from(value) : undefined;
}

/** Nest writes the partition as digits, Spring as a 32-bit integer. Anything else is no partition. */
function partitionOf(header: Buffer | undefined): number | undefined {
  if (header === undefined) {
    return undefined;
  }
  const text = header.toString('latin1');
  if (/^\d{1,9}$/.test(text)) {
    return Number(text);
  }
  const partition = header.length === 4 ? header.readInt32BE(0) : -1;
  return partition >= 0 ? partition : undefined;
}
