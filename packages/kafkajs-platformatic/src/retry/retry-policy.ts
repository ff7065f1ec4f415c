import { KafkaJSNumberOfRetriesExceeded } from '../errors/client-errors.js';
import { KafkaJSError } from '../errors/kafkajs-error.js';

/** KafkaJS's retry options, complete. Times in milliseconds. */
export interface RetryPolicy {
  /** Longest wait between two attempts. Default 30000. */
  readonly maxRetryTime: number;
  /** First wait. Default 300. */
  readonly initialRetryTime: number;
  /** Share of a wait that is random. Default 0.2. */
  readonly factor: number;
  /** Growth of the wait. Default 2. */
  readonly multiplier: number;
  /** Attempts after the first one. Default 5. */
  readonly retries: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxRetryTime: 30_000,
  initialRetryTime: 300,
  factor: 0.2,
  multiplier: 2,
  retries: 5,
};

function withJitter(factor: number, time: number): number {
  const delta = factor * time;
  return Math.ceil(time - delta + Math.random() * 2 * delta);
}

/** The waits between the attempts of one operation, computed as KafkaJS computes them. */
export class Backoff {
  readonly #policy: RetryPolicy;
  #delay: number;
  #retryCount = 0;

  constructor(policy: RetryPolicy) {
    this.#policy = policy;
    this.#delay = withJitter(policy.factor, policy.initialRetryTime);
  }

  /** Retries made so far. */
  get retryCount(): number {
    return this.#retryCount;
  }

  /** The wait, in milliseconds, that `next` would return. */
  get delay(): number {
    return this.#delay;
  }

  /** Milliseconds to wait before the next attempt; undefined once the policy's retries are used up. */
  next(): number | undefined {
    if (this.#retryCount >= this.#policy.retries) {
      return undefined;
    }
    this.#retryCount += 1;
    const delay = this.#delay;
    const { factor, multiplier, maxRetryTime } = this.#policy;
    this.#delay = Math.min(withJitter(factor, delay) * multiplier, maxRetryTime);
    return delay;
  }
}

/** True if the operation that raised `error` may be made again. Errors of a program (TypeError, ...) never are. */
export function isRetriable(error: unknown): error is Error {
  return error instanceof KafkaJSError && error.retriable;
}

/** Waits; rejects with the signal's reason as soon as it is aborted. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Repeats `attempt` while it fails with a retriable error.
 *
 * Only the outermost operation retries; what it calls makes one attempt. Nested retries would multiply.
 * @throws the first error that is not retriable, as it is; otherwise KafkaJSNumberOfRetriesExceeded.
 */
export async function retry<Result>(
  policy: RetryPolicy,
  attempt: (retryCount: number) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const backoff = new Backoff(policy);
  for (;;) {
    try {
      return await attempt(backoff.retryCount);
    } catch (error) {
      if (!isRetriable(error)) {
        throw error;
      }
      const { retryCount, delay: retryTime } = backoff;
      const delay = backoff.next();
      if (delay === undefined) {
        throw new KafkaJSNumberOfRetriesExceeded(error, { retryCount, retryTime });
      }
      await sleep(delay, signal);
    }
  }
}
