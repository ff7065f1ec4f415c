import type { EmbeddedKafkaErrorCode } from '../errors/error-catalogue.js';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';

/** What is wrong with a request of the control interface itself. */
export class ControlError extends Error {
  override readonly name = 'ControlError';

  constructor(
    /** Of HTTP. */
    readonly status: number,
    readonly code: string,
    message: string,
    /** The methods that there are, for a 405. */
    readonly allow?: string,
  ) {
    super(message);
  }
}

export const badRequest = (message: string): ControlError => new ControlError(400, 'INVALID_REQUEST', message);

/** What the broker's own errors are in HTTP; those that are not named are 409: it cannot be done as things stand. */
const statuses: Partial<Record<EmbeddedKafkaErrorCode, number>> = {
  INVALID_OPTIONS: 400,
  INVALID_FAULT: 400,
  INVALID_RECORDS: 400,
  UNKNOWN_TOPIC: 404,
  UNKNOWN_PARTITION: 404,
  UNKNOWN_NODE: 404,
  UNREADABLE_RECORDS: 500,
  STOPPED: 503,
};

export interface ErrorAnswer {
  readonly status: number;
  readonly body: { readonly error: { readonly code: string; readonly message: string } };
}

/** An error as it is answered. What is neither a request's fault nor the broker's refusal is thrown again. */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof ControlError) {
    return { status: error.status, body: { error: { code: error.code, message: error.message } } };
  }
  if (!EmbeddedKafkaError.is(error)) throw error;
  return { status: statuses[error.code] ?? 409, body: { error: { code: error.code, message: error.message } } };
}
