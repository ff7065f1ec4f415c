// Nest's exception needs it, and may be the first of Nest that is loaded.
import 'reflect-metadata';
import { errorBrand } from './nest-kafka-error.js';
import { InvalidKafkaClientTopicException } from '@nestjs/microservices/errors/invalid-kafka-client-topic.exception.js';

/**
 * A request cannot name a place for its reply. It extends Nest's exception, so that code that catches that one
 * goes on working.
 */
export class NoReplyPartitionError extends InvalidKafkaClientTopicException {
  readonly code = 'NEST_KAFKA_NO_REPLY_PARTITION';
  readonly [errorBrand] = true;

  constructor(
    readonly replyTopic: string,
    /** Why there is none, and what to do about it. */
    reason: string,
    /** Whether the same call may succeed later: a broker was away, or the group has not formed yet. */
    readonly retriable: boolean = false,
  ) {
    super(replyTopic);
    this.name = 'NoReplyPartitionError';
    this.message = `${this.message} ${reason}`;
  }
}
