import type { DeliveryRetry } from './delivery-policy.js';

/** More topics than these are more than a broker should be asked for by one handler. */
export const MAX_RETRY_TOPICS = 20;

/** What a policy that says nothing of its delays means, in milliseconds. */
export const DEFAULT_DELAYS = { delay: 1_000, factor: 2, maxDelay: 30_000 } as const;

export type RetryDelays = Required<Pick<DeliveryRetry, 'attempts' | 'delay' | 'factor' | 'maxDelay'>>;

export function resolvedDelays(retry: DeliveryRetry | undefined): RetryDelays {
  return { attempts: Number.POSITIVE_INFINITY, ...DEFAULT_DELAYS, ...retry };
}

/**
 * How many retry topics a policy needs: one for each delay, so that what is behind in a topic is never due much before what is
 * ahead. Attempts with the same delay, as from `maxDelay` on, share one.
 */
export function retryTopicCount({ attempts, delay, factor, maxDelay }: RetryDelays): number {
  const retries = attempts - 1;
  if (delay === 0 || factor === 1 || delay >= maxDelay) {
    return Math.min(1, retries);
  }
  return Math.min(retries, Math.ceil(Math.log(maxDelay / delay) / Math.log(factor)) + 1);
}
