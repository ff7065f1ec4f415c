interface EngineError {
  readonly name?: unknown;
  readonly retriable?: unknown;
  readonly cause?: unknown;
  readonly originalError?: unknown;
}

/**
 * Whether an engine says that repeating the operation may help: some error in the chain is marked `retriable: true`, or
 * only the patience of KafkaJS's `retry` options ended. An error that nobody marked (a bug, a fault of the application's
 * serializer) is not retriable.
 */
export function isRetriableFailure(error: unknown): boolean {
  const seen = new Set<unknown>();
  for (let link = error; typeof link === 'object' && link !== null && !seen.has(link);) {
    seen.add(link);
    const { name, retriable, cause, originalError } = link as EngineError;
    if (retriable === true || name === 'KafkaJSNumberOfRetriesExceeded') {
      return true;
    }
    link = cause ?? originalError;
  }
  return false;
}
