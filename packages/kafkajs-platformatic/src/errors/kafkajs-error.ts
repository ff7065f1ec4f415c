/** What an error class accepts in place of a message: another error keeps its message, help URL and cause. */
export type ErrorSource = Error | string;

export interface KafkaJSErrorOptions {
  readonly retriable?: boolean;
  readonly cause?: unknown;
}

function messageOf(source: ErrorSource): string {
  return typeof source === 'string' ? source : source.message;
}

function helpUrlOf(source: ErrorSource): string | undefined {
  return typeof source === 'object' && 'helpUrl' in source && typeof source.helpUrl === 'string'
    ? source.helpUrl
    : undefined;
}

/**
 * Base of every error that this client raises. `retriable` says whether the same call may succeed if it is
 * made again; `cause` is the error below it, if there is one.
 */
export class KafkaJSError extends Error {
  override readonly name: string = 'KafkaJSError';
  readonly retriable: boolean;
  declare readonly helpUrl?: string;
  declare readonly cause?: Error;

  constructor(source: ErrorSource, options: KafkaJSErrorOptions = {}) {
    const cause = options.cause ?? (typeof source === 'object' ? source.cause : undefined);
    super(messageOf(source), cause === undefined ? {} : { cause });
    this.retriable = options.retriable ?? true;
    const helpUrl = helpUrlOf(source);
    if (helpUrl !== undefined) {
      this.helpUrl = helpUrl;
    }
  }
}

/** A retry cannot help: the call, its arguments or the cluster's settings have to change first. */
export class KafkaJSNonRetriableError extends KafkaJSError {
  override readonly name: string = 'KafkaJSNonRetriableError';

  constructor(source: ErrorSource, options: { readonly cause?: unknown } = {}) {
    super(source, { ...options, retriable: false });
  }
}

/** Several errors of one call, for example one per topic. */
export class KafkaJSAggregateError extends Error {
  override readonly name: string = 'KafkaJSAggregateError';
  readonly errors: (Error | string)[];

  constructor(message: ErrorSource, errors: (Error | string)[]) {
    super(messageOf(message));
    this.errors = errors;
  }
}

/** True for every error that this client raised itself. */
export function isKafkaJSError(error: unknown): error is KafkaJSError {
  return error instanceof KafkaJSError;
}
