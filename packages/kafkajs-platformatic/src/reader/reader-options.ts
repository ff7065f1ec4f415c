import { anything, optionFaults, throwFaults, type OptionChecks } from '../config/option-check.js';
import { FETCH_CHECKS, fetchOptions } from '../consumer/consumer-options.js';
import type { FetchOptions } from '../consumer/fetch-options.js';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../retry/retry-policy.js';
import type { ReaderConfig, ReaderTopic } from './reader-types.js';

export interface ReaderOptions extends FetchOptions {
  readonly topics: readonly ReaderTopic[];
  readonly position: NonNullable<ReaderConfig['position']>;
  readonly allowAutoTopicCreation: boolean;
  readonly retry: RetryPolicy;
}

const CHECKS: OptionChecks<ReaderConfig> = { ...FETCH_CHECKS, topics: anything, position: anything };

/** @throws KafkaJSConfigurationError listing every fault */
export function readerOptions(config: ReaderConfig, clientRetry: RetryPolicy = DEFAULT_RETRY_POLICY): ReaderOptions {
  const faults = optionFaults(config, CHECKS);
  if (typeof config === 'object' && config !== null) {
    faults.push(...topicFaults(config.topics), ...positionFaults(config.position ?? 'end'));
  }
  throwFaults('ReaderConfig', faults);
  return {
    ...fetchOptions(config),
    topics: config.topics,
    position: config.position ?? 'end',
    allowAutoTopicCreation: config.allowAutoTopicCreation ?? false,
    retry: clientRetry,
  };
}

/** What is wrong with topics given to a reader, at construction or later. */
export function topicFaults(topics: unknown): string[] {
  if (!Array.isArray(topics)) {
    return ['"topics" must be an array of { topic, partitions? }'];
  }
  return topics.flatMap((entry: Partial<ReaderTopic> | null, index) => {
    const faults: string[] = [];
    if (typeof entry?.topic !== 'string' || entry.topic === '') {
      faults.push(`"topics[${index}].topic" must be a non-empty string`);
    }
    const partitions: unknown = entry?.partitions;
    if (
      partitions !== undefined &&
      (!Array.isArray(partitions) || !partitions.every(partition => Number.isInteger(partition) && partition >= 0))
    ) {
      faults.push(`"topics[${index}].partitions" must be an array of partition numbers; leave it out for all`);
    }
    return faults;
  });
}

function positionFaults(position: unknown): string[] {
  if (position === 'end' || position === 'beginning') {
    return [];
  }
  if (typeof position !== 'object' || position === null) {
    return [`"position" must be 'end', 'beginning' or offsets by topic and partition`];
  }
  return Object.entries(position).flatMap(([topic, offsets]: [string, unknown]) =>
    Object.entries(offsets ?? {})
      .filter(([, offset]) => typeof offset !== 'string' || !/^\d+$/.test(offset))
      .map(([partition]) => `"position" of ${topic}[${partition}] must be an offset, 0 or greater, as a string`),
  );
}
