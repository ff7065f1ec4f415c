import { NestKafkaError } from './nest-kafka-error.js';

/** The client already waits for as many replies as it is allowed to. */
export class TooManyRequestsError extends NestKafkaError {
  readonly code = 'NEST_KAFKA_TOO_MANY_REQUESTS';
  readonly retriable = true;

  constructor(
    readonly topic: string,
    readonly limit: number,
  ) {
    super(
      `The request on topic "${topic}" was not sent: ${limit} requests of this client already wait for their replies. ` +
        'Send fewer at once, see why replies are slow, or raise the option maxPendingRequests.',
    );
  }
}
