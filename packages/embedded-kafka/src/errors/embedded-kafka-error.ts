import { errorCatalogue, type EmbeddedKafkaErrorCode } from './error-catalogue.js';

/** Shared by all copies of this package in a process, so that an error is recognised whichever threw it. */
const brand = Symbol.for('embedded-kafka.error');

/**
 * What this package throws. `code` tells what happened and never changes; the text may.
 * All codes: docs/reference/errors-embedded-kafka.md.
 */
export class EmbeddedKafkaError<Code extends EmbeddedKafkaErrorCode = EmbeddedKafkaErrorCode> extends Error {
  override readonly name = 'EmbeddedKafkaError';
  readonly code: Code;

  constructor(code: Code, args: Parameters<(typeof errorCatalogue)[Code]>, options?: ErrorOptions) {
    const describe = errorCatalogue[code] as (...values: unknown[]) => string;
    super(describe(...args), options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** As it was thrown in another thread. */
  static restored(code: EmbeddedKafkaErrorCode, message: string): EmbeddedKafkaError {
    const error = Object.assign(new Error(message), { name: 'EmbeddedKafkaError' as const, code });
    Object.defineProperty(error, brand, { value: true });
    return Object.setPrototypeOf(error, EmbeddedKafkaError.prototype) as EmbeddedKafkaError;
  }

  /** Like `instanceof`, across copies of the package. */
  static is(error: unknown): error is EmbeddedKafkaError {
    return typeof error === 'object' && error !== null && brand in error;
  }
}
