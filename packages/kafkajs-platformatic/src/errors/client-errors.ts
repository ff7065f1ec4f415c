import { KafkaJSError, KafkaJSNonRetriableError, type ErrorSource } from './kafkajs-error.js';

/** The retry policy is used up; `cause` is the last attempt's error. */
export class KafkaJSNumberOfRetriesExceeded extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSNumberOfRetriesExceeded';
  readonly retryCount: number;
  /** Milliseconds of the last wait between two attempts. */
  readonly retryTime: number;
  declare readonly stack: string;

  constructor(
    source: ErrorSource,
    { retryCount, retryTime }: { readonly retryCount: number; readonly retryTime: number } = {
      retryCount: 0,
      retryTime: 0,
    },
  ) {
    super(source, { cause: typeof source === 'string' ? undefined : source });
    this.retryCount = retryCount;
    this.retryTime = retryTime;
    if (typeof source === 'object') {
      this.stack = `KafkaJSNumberOfRetriesExceeded: ${source.message}\n  Caused by: ${source.stack ?? source.message}`;
    }
  }
}

/** A batch ended in the middle of a message: the fetch size was smaller than the message. */
export class KafkaJSPartialMessageError extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSPartialMessageError';
}

/** The group has no coordinator. */
export class KafkaJSGroupCoordinatorNotFound extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSGroupCoordinatorNotFound';
}

/** This client does not do it (yet); the message says what to use instead. */
export class KafkaJSNotImplemented extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSNotImplemented';
}

/** A wait of the client itself took too long. */
export class KafkaJSTimeout extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSTimeout';
}

/** A lock of the client itself was not got in time. */
export class KafkaJSLockTimeout extends KafkaJSTimeout {
  override readonly name: string = 'KafkaJSLockTimeout';
}

/** The broker sent records in a format from before Kafka 0.11. */
export class KafkaJSUnsupportedMagicByteInMessageSet extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSUnsupportedMagicByteInMessageSet';
}

/** A rule inside this client was broken: a bug, please report it. */
export class KafkaJSInvariantViolation extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSInvariantViolation';

  constructor(source: ErrorSource) {
    const message = typeof source === 'string' ? source : source.message;
    super(`Invariant violated: ${message}. This is likely a bug and should be reported.`);
  }
}

/** A variable-length number on the wire is longer than its type allows. */
export class KafkaJSInvalidVarIntError extends KafkaJSNonRetriableError {
  // KafkaJS gives both number errors the name of their base class.
  override readonly name: string = 'KafkaJSNonRetriableError';
}

/** A 64-bit number is out of range. */
export class KafkaJSInvalidLongError extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSNonRetriableError';
}

/** A fetch was overtaken by a rebalance; its result is dropped. */
export class KafkaJSFetcherRebalanceError extends Error {
  override readonly name: string = 'KafkaJSFetcherRebalanceError';
}

/** A record batch from a broker breaks the format: bad length, bad checksum, unknown codec. */
export class KafkaJSCorruptBatchError extends KafkaJSError {
  override readonly name: string = 'KafkaJSCorruptBatchError';
}

/** Options are wrong; the message lists every fault at once. */
export class KafkaJSConfigurationError extends KafkaJSNonRetriableError {
  override readonly name: string = 'KafkaJSConfigurationError';
  readonly faults: readonly string[];

  constructor(subject: string, faults: readonly string[]) {
    super(`Invalid ${subject}:\n${faults.map(fault => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}
