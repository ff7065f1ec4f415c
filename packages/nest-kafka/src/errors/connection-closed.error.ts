import { NestKafkaError } from './nest-kafka-error.js';

/** The client was closed before the reply came. */
export class ConnectionClosedError extends NestKafkaError {
  readonly code = 'NEST_KAFKA_CONNECTION_CLOSED';
  readonly retriable = true;

  constructor(
    /** Client id of the client that was closed. */
    readonly clientId: string,
  ) {
    super(
      `Connection closed: close() of the Kafka client "${clientId}" was called while this request, or connect(), was under way. ` +
        'Await what is pending before closing, or connect and send again.',
    );
  }
}
