import { messageOf } from './message-of.js';
import { NestKafkaError } from './nest-kafka-error.js';

/** What a handler returned cannot be written to a record, and never will be. The caller is told. */
export class ReplyNotSerializableError extends NestKafkaError {
  readonly code = 'NEST_KAFKA_REPLY_NOT_SERIALIZABLE';
  readonly retriable = false;

  constructor(
    readonly replyTopic: string,
    cause: unknown,
  ) {
    super(
      `A reply for "${replyTopic}" could not be serialized: ${messageOf(cause)}. ` +
        'Return what JSON can hold from the handler, or set the option serializer.',
      { cause },
    );
  }
}
