/** The codes of every error this package makes. `docs/reference/errors-nest-kafka.md` explains each. */
export const errorCodes = [
  'NEST_KAFKA_OPTIONS_INVALID',
  'NEST_KAFKA_REQUEST_TIMEOUT',
  'NEST_KAFKA_TOO_MANY_REQUESTS',
  'NEST_KAFKA_CONNECTION_CLOSED',
  'NEST_KAFKA_NOT_CONNECTED',
  'NEST_KAFKA_NO_REPLY_PARTITION',
  'NEST_KAFKA_REPLY_NOT_PUBLISHED',
  'NEST_KAFKA_REPLY_NOT_SERIALIZABLE',
  'NEST_KAFKA_NOT_SUPPORTED',
] as const;

/** One code of the catalogue. */
export type ErrorCode = (typeof errorCodes)[number];

/** Marks the errors of this package across installed copies of it. */
export const errorBrand = Symbol.for('nest-kafka.error');

/**
 * Base of the errors of this package. `code` is stable, the text is not.
 */
export abstract class NestKafkaError extends Error {
  /** Stable name of what happened. */
  abstract readonly code: ErrorCode;
  /** Whether the same call may succeed later without any change. */
  abstract readonly retriable: boolean;
  readonly [errorBrand] = true;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }

  /** Recognises errors of any installed copy of this package. */
  static is(error: unknown): error is NestKafkaError {
    return typeof error === 'object' && error !== null && errorBrand in error;
  }
}
