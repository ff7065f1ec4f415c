import { NestKafkaError } from './nest-kafka-error.js';

/** Kafka has no counterpart for this method of Nest's interface. */
export class NotSupportedError extends NestKafkaError {
  readonly code = 'NEST_KAFKA_NOT_SUPPORTED';
  readonly retriable = false;

  constructor(side: 'client' | 'server') {
    super(
      `Method is not supported for Kafka ${side}. Subscribe to its "status" stream, or use the events of unwrap().`,
    );
  }
}
