import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../retry/retry-policy.js';
import { isFunction, isIntegerFrom, isNumberFrom, optionFaults, type OptionChecks } from './option-check.js';

/** KafkaJS's retry options; times in milliseconds. */
export interface RetryOptions {
  maxRetryTime?: number;
  initialRetryTime?: number;
  factor?: number;
  multiplier?: number;
  retries?: number;
  /** Of a consumer: called after a crash that retries could not mend. */
  restartOnFailure?: (error: Error) => Promise<boolean>;
}

const CHECKS: OptionChecks<RetryOptions> = {
  maxRetryTime: isNumberFrom(0),
  initialRetryTime: isNumberFrom(0),
  factor: isNumberFrom(0),
  multiplier: isNumberFrom(1),
  retries: isIntegerFrom(0),
  restartOnFailure: isFunction,
};

export function retryFaults(options: unknown, prefix = 'retry.'): string[] {
  return options === undefined ? [] : optionFaults(options, CHECKS, prefix);
}

/** Fills in what the options leave open from `base`. The options have been checked. */
export function resolveRetryPolicy(
  options: RetryOptions | undefined,
  base: RetryPolicy = DEFAULT_RETRY_POLICY,
): RetryPolicy {
  return {
    maxRetryTime: options?.maxRetryTime ?? base.maxRetryTime,
    initialRetryTime: options?.initialRetryTime ?? base.initialRetryTime,
    // KafkaJS takes any, and the NestJS page's sample says 2; but a wait cannot vary by more than all of it.
    factor: Math.min(options?.factor ?? base.factor, 1),
    multiplier: options?.multiplier ?? base.multiplier,
    retries: options?.retries ?? base.retries,
  };
}
