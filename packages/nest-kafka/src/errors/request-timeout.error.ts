import { messageOf } from './message-of.js';
import { NestKafkaError } from './nest-kafka-error.js';

/** Where a request went and where its reply was awaited. */
export interface RequestTrace {
  topic: string;
  replyTopic: string;
  /** Absent while the reply partition is not known yet. */
  replyPartition: string | undefined;
  correlationId: string;
  /** Why the last attempt to send it failed; absent once it was produced. */
  failure?: unknown;
}

/**
 * No reply came in time. The request may still be handled, or may have been. If it could not be produced until then, `cause`
 * is the last failure.
 */
export class RequestTimeoutError extends NestKafkaError {
  readonly code = 'NEST_KAFKA_REQUEST_TIMEOUT';
  readonly retriable = true;

  constructor(
    readonly request: RequestTrace,
    /** How long the client waited, in milliseconds. */
    readonly timeout: number,
  ) {
    const { topic, replyTopic, replyPartition, correlationId, failure } = request;
    const where = replyPartition === undefined ? 'no partition known yet' : `partition ${replyPartition}`;
    super(
      `No reply to the request on topic "${topic}" within ${timeout} ms ` +
        `(reply topic "${replyTopic}", ${where}, correlation id ${correlationId}). ` +
        (failure === undefined
          ? `Check that a service with @MessagePattern('${topic}') is running and keeps up; `
          : `It was tried until then, but not acknowledged by a broker: ${messageOf(failure)}. See to the brokers; `) +
        'or allow more time with the option requestTimeout, or with KafkaRecordBuilder.setTimeout() for one call.',
      failure === undefined ? undefined : { cause: failure },
    );
  }
}
