import type { Serializer } from '@nestjs/microservices';
import type { ProducerMessage, RecordHeaders } from '../driver/kafka-types.js';
import { encodeValue } from './encode-value.js';
import { isEnvelope } from './envelope.js';

/** A record on its way out, with headers that may be added to. */
export type OutgoingMessage = ProducerMessage & { headers: RecordHeaders };

/**
 * The default serializer of both sides: Nest's `KafkaRequestSerializer`, but that an envelope is recognised by all its
 * fields and not by one of them, and that the caller's objects are left as they were.
 */
export class RecordSerializer implements Serializer<unknown, OutgoingMessage> {
  serialize(data: unknown): OutgoingMessage {
    if (!isEnvelope(data)) {
      return { value: encodeValue(data), headers: {} };
    }
    const message: OutgoingMessage = {
      value: encodeValue(data.value),
      headers: { ...(data.headers as RecordHeaders | undefined) },
    };
    if (data.key !== undefined) {
      message.key = encodeValue(data.key);
    }
    if (data.partition !== undefined) {
      message.partition = data.partition;
    }
    if (data.timestamp !== undefined) {
      message.timestamp = data.timestamp;
    }
    return message;
  }
}
