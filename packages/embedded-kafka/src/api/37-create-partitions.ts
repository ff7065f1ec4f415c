import type { Broker } from '../broker.js';
import { ErrorCode } from '../protocol/errors.js';
import { createPartitionsCodec } from '../protocol/generated/create-partitions.js';
import type { CreatePartitionsTopic } from '../protocol/generated/create-partitions-request.js';
import type { CreatePartitionsTopicResultInit } from '../protocol/generated/create-partitions-response.js';
import { defineApi } from './api.js';
import { duplicatesOf } from './duplicates.js';

/**
 * CreatePartitions, v0-3.
 *
 * - Raises a topic's number of partitions; it can never fall. Each topic has its own answer.
 * - `validateOnly` checks and changes nothing.
 */
export const createPartitions = defineApi(createPartitionsCodec, {
  handle({ topics, validateOnly }, { broker }) {
    const duplicates = duplicatesOf(topics.map(topic => topic.name));
    const once = topics.filter(topic => !duplicates.has(topic.name));
    return {
      results: [
        ...Array.from(duplicates, name => failure(name, ErrorCode.INVALID_REQUEST, 'Duplicate topic name.')),
        ...once.map(topic => grow(topic, validateOnly, broker)),
      ],
    };
  },
});

function grow(
  { name, count, assignments }: CreatePartitionsTopic,
  validateOnly: boolean,
  { cluster }: Broker,
): CreatePartitionsTopicResultInit {
  const topic = cluster.topic(name);
  if (!topic) return failure(name, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `There is no topic ${name}.`);
  const replicas = assignments?.map(assignment => assignment.brokerIds) ?? null;
  const refusal = cluster.addPartitions(topic, count, replicas, validateOnly);
  return refusal ? failure(name, refusal.errorCode, refusal.reason) : { name, errorCode: ErrorCode.NONE };
}

function failure(name: string, errorCode: number, errorMessage: string): CreatePartitionsTopicResultInit {
  return { name, errorCode, errorMessage };
}
