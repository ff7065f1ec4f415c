import { roundRobin } from '../assigners/round-robin-assigner.js';
import type { PartitionAssigner } from '../assigners/index.js';
import {
  anything,
  isBoolean,
  isFunction,
  isIntegerFrom,
  isString,
  optionFaults,
  throwFaults,
  type OptionChecks,
} from '../config/option-check.js';
import { resolveRetryPolicy, retryFaults } from '../config/retry-options.js';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../retry/retry-policy.js';
import type { ConsumerConfig, ConsumerRunConfig } from './consumer-types.js';
import type { FetchOptions } from './fetch-options.js';

/** A consumer's options, checked, with KafkaJS's defaults. Times in milliseconds. */
export interface ConsumerOptions extends FetchOptions {
  readonly groupId: string;
  readonly groupInstanceId: string | null;
  readonly groupProtocol: 'classic' | 'consumer';
  readonly groupRemoteAssignor: string | null;
  readonly partitionAssigners: readonly PartitionAssigner<never, never>[];
  readonly sessionTimeout: number;
  readonly rebalanceTimeout: number;
  readonly heartbeatInterval: number;
  readonly allowAutoTopicCreation: boolean;
  readonly retry: RetryPolicy;
  readonly restartOnFailure: ((error: Error) => Promise<boolean>) | null;
}

/** What a fetch may be told, by a consumer and by a reader. */
export const FETCH_CHECKS = {
  metadataMaxAge: isIntegerFrom(1),
  maxBytesPerPartition: isIntegerFrom(1),
  minBytes: isIntegerFrom(0),
  maxBytes: isIntegerFrom(1),
  maxWaitTimeInMs: isIntegerFrom(0),
  allowAutoTopicCreation: isBoolean,
  readUncommitted: isBoolean,
  rackId: (value: unknown) => (typeof value === 'string' ? undefined : 'a string'),
};

const CHECKS: OptionChecks<ConsumerConfig> = {
  ...FETCH_CHECKS,
  groupId: isString,
  groupInstanceId: isString,
  groupProtocol: value => (value === 'classic' || value === 'consumer' ? undefined : "'classic' or 'consumer'"),
  groupRemoteAssignor: isString,
  partitionAssigners: value =>
    Array.isArray(value) && value.length > 0 && value.every(assigner => typeof assigner === 'function')
      ? undefined
      : 'a non-empty array of functions, e.g. [PartitionAssigners.roundRobin]',
  sessionTimeout: isIntegerFrom(1),
  rebalanceTimeout: isIntegerFrom(1),
  heartbeatInterval: isIntegerFrom(1),
  maxInFlightRequests: anything,
  retry: anything,
};

const RUN_CHECKS: OptionChecks<ConsumerRunConfig> = {
  autoCommit: isBoolean,
  autoCommitInterval: orNull(isIntegerFrom(1)),
  autoCommitThreshold: orNull(isIntegerFrom(1)),
  eachBatchAutoResolve: isBoolean,
  partitionsConsumedConcurrently: isIntegerFrom(1),
  maxDeferred: isIntegerFrom(1),
  maxDeferredBytes: isIntegerFrom(1),
  eachBatch: orNull(isFunction),
  eachMessage: orNull(isFunction),
};

/** Fills in what all that fetch have in common. */
export function fetchOptions(config: Partial<FetchOptions> & { readUncommitted?: boolean }): FetchOptions {
  return {
    metadataMaxAge: config.metadataMaxAge ?? 300_000,
    maxBytesPerPartition: config.maxBytesPerPartition ?? 1_048_576,
    minBytes: config.minBytes ?? 1,
    maxBytes: config.maxBytes ?? 10_485_760,
    maxWaitTimeInMs: config.maxWaitTimeInMs ?? 5_000,
    isolationLevel: config.readUncommitted === true ? 0 : 1,
    rackId: config.rackId ?? '',
  };
}

/** @throws KafkaJSConfigurationError listing every fault */
export function consumerOptions(
  config: ConsumerConfig,
  clientRetry: RetryPolicy = DEFAULT_RETRY_POLICY,
): ConsumerOptions {
  const faults = optionFaults(config, CHECKS);
  faults.push(...retryFaults(config?.retry));
  if (typeof config === 'object' && config !== null && config.groupId === undefined) {
    faults.push('"groupId" must be a non-empty string: it names the consumer group');
  }
  faults.push(...groupProtocolFaults(config ?? {}));
  const { sessionTimeout = 30_000, heartbeatInterval = 3_000 } = config ?? {};
  if (heartbeatInterval >= sessionTimeout && config?.groupProtocol !== 'consumer') {
    faults.push(
      `Consumer heartbeatInterval (${heartbeatInterval}) must be lower than sessionTimeout (${sessionTimeout}). ` +
        'It is recommended to set heartbeatInterval to approximately a third of the sessionTimeout.',
    );
  }
  throwFaults('ConsumerConfig', faults);
  return {
    ...fetchOptions(config),
    groupId: config.groupId,
    groupInstanceId: config.groupInstanceId ?? null,
    groupProtocol: config.groupProtocol ?? 'classic',
    groupRemoteAssignor: config.groupRemoteAssignor ?? null,
    partitionAssigners: config.partitionAssigners ?? [roundRobin],
    sessionTimeout,
    heartbeatInterval,
    rebalanceTimeout: config.rebalanceTimeout ?? 60_000,
    allowAutoTopicCreation: config.allowAutoTopicCreation ?? true,
    retry: resolveRetryPolicy(config.retry, clientRetry),
    restartOnFailure: config.retry?.restartOnFailure ?? null,
  };
}

function groupProtocolFaults({
  groupProtocol,
  groupRemoteAssignor,
  partitionAssigners,
  heartbeatInterval,
}: Partial<ConsumerConfig>): string[] {
  const faults: string[] = [];
  if (groupProtocol === 'consumer' && partitionAssigners !== undefined) {
    faults.push(
      '"partitionAssigners" cannot be used with groupProtocol "consumer", where the broker assigns: choose its assigner by "groupRemoteAssignor"',
    );
  }
  if (groupProtocol === 'consumer' && heartbeatInterval !== undefined) {
    faults.push(
      '"heartbeatInterval" cannot be used with groupProtocol "consumer": the broker says it (group.consumer.heartbeat.interval.ms)',
    );
  }
  if (groupProtocol !== 'consumer' && groupRemoteAssignor !== undefined) {
    faults.push('"groupRemoteAssignor" needs groupProtocol "consumer": a classic group is assigned by its members');
  }
  return faults;
}

/** @throws KafkaJSConfigurationError listing every fault */
export function checkRunConfig(config: ConsumerRunConfig): void {
  const faults = optionFaults(config, RUN_CHECKS);
  if (typeof config?.eachMessage !== 'function' && typeof config?.eachBatch !== 'function') {
    faults.push('one of "eachMessage" and "eachBatch" must be a function: without, messages would pass unhandled');
  }
  throwFaults('ConsumerRunConfig', faults);
}

function orNull(check: (value: unknown) => string | undefined): (value: unknown) => string | undefined {
  return value => {
    const expected = value === null ? undefined : check(value);
    return expected === undefined ? undefined : `${expected}, or null`;
  };
}
