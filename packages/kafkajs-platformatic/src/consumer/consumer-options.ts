import { roundRobin } from '../assigners/round-robin-assigner.js';
import type { PartitionAssigner } from '../assigners/index.js';
import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../retry/retry-policy.js';
import type { ConsumerConfig, ConsumerRunConfig } from './consumer-types.js';
import type { FetchOptions } from './fetcher.js';

/** A consumer's options, checked, with KafkaJS's defaults. Times in milliseconds. */
export interface ConsumerOptions extends FetchOptions {
  readonly groupId: string;
  readonly groupInstanceId: string | null;
  readonly partitionAssigners: readonly PartitionAssigner<never, never>[];
  readonly sessionTimeout: number;
  readonly rebalanceTimeout: number;
  readonly heartbeatInterval: number;
  readonly allowAutoTopicCreation: boolean;
  readonly retry: RetryPolicy;
  readonly restartOnFailure: ((error: Error) => Promise<boolean>) | null;
}

const POSITIVE = [
  'sessionTimeout',
  'rebalanceTimeout',
  'heartbeatInterval',
  'metadataMaxAge',
  'maxBytesPerPartition',
  'maxBytes',
] as const;
const NOT_NEGATIVE = ['minBytes', 'maxWaitTimeInMs'] as const;

/** @throws KafkaJSNonRetriableError naming every option that cannot be used */
export function consumerOptions(
  config: ConsumerConfig,
  clientRetry: RetryPolicy = DEFAULT_RETRY_POLICY,
): ConsumerOptions {
  const options: ConsumerOptions = {
    groupId: config.groupId,
    groupInstanceId: config.groupInstanceId ?? null,
    partitionAssigners: config.partitionAssigners ?? [roundRobin],
    sessionTimeout: config.sessionTimeout ?? 30_000,
    rebalanceTimeout: config.rebalanceTimeout ?? 60_000,
    heartbeatInterval: config.heartbeatInterval ?? 3_000,
    metadataMaxAge: config.metadataMaxAge ?? 300_000,
    maxBytesPerPartition: config.maxBytesPerPartition ?? 1_048_576,
    minBytes: config.minBytes ?? 1,
    maxBytes: config.maxBytes ?? 10_485_760,
    maxWaitTimeInMs: config.maxWaitTimeInMs ?? 5_000,
    isolationLevel: config.readUncommitted === true ? 0 : 1,
    rackId: config.rackId ?? '',
    allowAutoTopicCreation: config.allowAutoTopicCreation ?? true,
    retry: { ...clientRetry, ...definedRetry(config.retry) },
    restartOnFailure: config.retry?.restartOnFailure ?? null,
  };
  const problems: string[] = [];
  if (typeof config.groupId !== 'string' || config.groupId === '') {
    problems.push('Consumer groupId must be a non-empty string.');
  }
  if (options.heartbeatInterval >= options.sessionTimeout) {
    problems.push(
      `Consumer heartbeatInterval (${options.heartbeatInterval}) must be lower than sessionTimeout (${options.sessionTimeout}). ` +
        'It is recommended to set heartbeatInterval to approximately a third of the sessionTimeout.',
    );
  }
  for (const name of POSITIVE) {
    if (!(Number.isFinite(options[name]) && options[name] > 0)) {
      problems.push(`Consumer ${name} (${options[name]}) must be a number greater than 0.`);
    }
  }
  for (const name of NOT_NEGATIVE) {
    if (!(Number.isFinite(options[name]) && options[name] >= 0)) {
      problems.push(`Consumer ${name} (${options[name]}) must be a number, 0 or greater.`);
    }
  }
  if (!Array.isArray(options.partitionAssigners) || options.partitionAssigners.length === 0) {
    problems.push('Consumer partitionAssigners must be an array with at least one assigner.');
  }
  if (config.groupInstanceId === '') {
    problems.push('Consumer groupInstanceId must not be empty; leave it out for dynamic membership.');
  }
  refuse(problems);
  return options;
}

/** @throws KafkaJSNonRetriableError naming every option that cannot be used */
export function checkRunConfig(config: ConsumerRunConfig): void {
  const { eachMessage, eachBatch, autoCommitInterval, autoCommitThreshold, partitionsConsumedConcurrently } = config;
  const problems: string[] = [];
  if (typeof eachMessage !== 'function' && typeof eachBatch !== 'function') {
    problems.push(
      'Consumer run needs a function eachMessage or eachBatch: without one, messages would pass unhandled.',
    );
  }
  const numbers = { autoCommitInterval, autoCommitThreshold, partitionsConsumedConcurrently };
  for (const [name, value] of Object.entries(numbers)) {
    if (value !== undefined && value !== null && !(Number.isFinite(value) && value > 0)) {
      problems.push(`Consumer run ${name} (${value}) must be a number greater than 0.`);
    }
  }
  refuse(problems);
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) {
    throw new KafkaJSNonRetriableError(problems.join(' '));
  }
}

function definedRetry(retry: ConsumerConfig['retry'] = {}): Partial<RetryPolicy> {
  const { maxRetryTime, initialRetryTime, factor, multiplier, retries } = retry;
  return Object.fromEntries(
    Object.entries({ maxRetryTime, initialRetryTime, factor, multiplier, retries }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}
