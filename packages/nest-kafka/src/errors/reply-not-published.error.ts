import { messageOf } from './message-of.js';
import { NestKafkaError } from './nest-kafka-error.js';

/** A reply was not acknowledged. The request is left uncommitted and is delivered again. */
export class ReplyNotPublishedError extends NestKafkaError {
  readonly code = 'NEST_KAFKA_REPLY_NOT_PUBLISHED';
  readonly retriable = true;

  constructor(
    /** Topic of the request. */
    readonly topic: string,
    readonly replyTopic: string,
    cause: unknown,
  ) {
    super(
      `The reply to a request on topic "${topic}" was not acknowledged by "${replyTopic}": ${messageOf(cause)}. ` +
        'The request is not committed and will be delivered again; if this repeats, see whether the reply topic exists and can be written.',
      { cause },
    );
  }
}
