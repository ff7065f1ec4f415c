import { NestKafkaError } from './nest-kafka-error.js';

/** Something was asked for that exists only between `connect()`/`listen()` and `close()`. */
export class NotConnectedError extends NestKafkaError {
  readonly code = 'NEST_KAFKA_NOT_CONNECTED';
  readonly retriable = true;

  constructor(
    /** What does not exist yet, e.g. `consumer`. */
    readonly what: string,
    /** The method to call first. */
    readonly remedy: string,
  ) {
    super(`No ${what} initialized. Please, call the ${remedy} method first.`);
  }
}
