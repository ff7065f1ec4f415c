interface EngineError {
  readonly retriable?: unknown;
  readonly cause?: unknown;
  readonly originalError?: unknown;
}

/**
 * Whether an engine says that repeating the operation can never help: some error in the chain is marked
 * `retriable: false` and none is marked `retriable: true`.
 *
 * The whole chain counts, because KafkaJS wraps a retriable error that outlived its retries (a broker that was away
 * for a minute) in `KafkaJSNumberOfRetriesExceeded`, which is itself marked not retriable.
 */
export function isPermanentFailure(error: unknown): boolean {
  let permanent = false;
  const seen = new Set<unknown>();
  for (let link = error; typeof link === 'object' && link !== null && !seen.has(link);) {
    seen.add(link);
    const { retriable, cause, originalError } = link as EngineError;
    if (retriable === true) {
      return false;
    }
    // A wrapper without a cause says only that its patience ended.
    if (retriable === false && (link as Error).name !== 'KafkaJSNumberOfRetriesExceeded') {
      permanent = true;
    }
    link = cause ?? originalError;
  }
  return permanent;
}
