import {
  anything,
  isBoolean,
  isFunction,
  isIntegerFrom,
  isNumberFrom,
  isString,
  optionFaults,
  throwFaults,
  type OptionChecks,
} from '../config/option-check.js';
import { resolveRetryPolicy, retryFaults } from '../config/retry-options.js';
import type { RetryPolicy } from '../retry/retry-policy.js';
import { DefaultPartitioner } from './partitioners/partitioners.js';
import type { ICustomPartitioner } from './partitioners/partitioner.js';
import type { ProducerConfig } from './producer-types.js';

/** A ProducerConfig that has been checked, with its defaults. */
export interface ResolvedProducerConfig {
  readonly createPartitioner: ICustomPartitioner;
  readonly retry: RetryPolicy;
  readonly metadataMaxAge: number;
  readonly allowAutoTopicCreation: boolean;
  /** Undefined: wherever the acks of a send allow it. */
  readonly idempotent: boolean | undefined;
  /** Undefined: the producer has no transactions. */
  readonly transactionalId: string | undefined;
  /** Milliseconds. */
  readonly transactionTimeout: number;
  /** Undefined: five, and one for each partition. */
  readonly maxInFlightRequests: number | undefined;
  readonly linger: number;
  readonly batchSize: number;
  readonly maxBufferedBytes: number;
}

const CHECKS: OptionChecks<ProducerConfig> = {
  createPartitioner: isFunction,
  retry: anything,
  metadataMaxAge: isNumberFrom(0),
  allowAutoTopicCreation: isBoolean,
  idempotent: isBoolean,
  transactionalId: isString,
  transactionTimeout: isIntegerFrom(1),
  maxInFlightRequests: value => (value === null ? undefined : isIntegerFrom(1)(value)),
  linger: isNumberFrom(0),
  batchSize: isIntegerFrom(1),
  maxBufferedBytes: isIntegerFrom(1),
};

/** @throws KafkaJSConfigurationError listing every fault. */
export function resolveProducerConfig(config: ProducerConfig, clientRetry: RetryPolicy): ResolvedProducerConfig {
  const faults = optionFaults(config, CHECKS);
  faults.push(...retryFaults(config.retry));
  if (config.transactionalId !== undefined && config.idempotent === false) {
    faults.push('"idempotent" must not be false with a "transactionalId": transactions are idempotent');
  }
  if (config.idempotent === true && config.retry?.retries === 0) {
    faults.push('"retry.retries" must be at least 1 for an idempotent producer, or a lost connection loses messages');
  }
  throwFaults('ProducerConfig', faults);
  return {
    createPartitioner: config.createPartitioner ?? DefaultPartitioner,
    retry: resolveRetryPolicy(config.retry, clientRetry),
    metadataMaxAge: config.metadataMaxAge ?? 300_000,
    allowAutoTopicCreation: config.allowAutoTopicCreation ?? true,
    idempotent: config.idempotent,
    transactionalId: config.transactionalId,
    transactionTimeout: config.transactionTimeout ?? 60_000,
    maxInFlightRequests: config.maxInFlightRequests ?? undefined,
    linger: config.linger ?? 0,
    batchSize: config.batchSize ?? 1_000_000,
    maxBufferedBytes: config.maxBufferedBytes ?? 32 * 1024 * 1024,
  };
}
