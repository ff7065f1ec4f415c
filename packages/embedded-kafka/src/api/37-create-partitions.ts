import type { Broker } from '../broker.js';
import { ErrorCode } from '../protocol/errors.js';
import { createPartitionsCodec } from '../protocol/generated/create-partitions.js';
import type { CreatePartitionsTopic } from '../protocol/generated/create-partitions-request.js';
import type { CreatePartitionsTopicResultInit } from '../protocol/generated/create-partitions-response.js';
import type { MutationQuota } from '../quotas/mutation-quota.js';
import { defineApi } from './api.js';
import { duplicatesOf } from './duplicates.js';

/** KIP-599: from then on clients know THROTTLING_QUOTA_EXCEEDED. */
const STRICT_QUOTA_SINCE = 3;

/**
 * CreatePartitions, v0-3.
 *
 * - Raises a topic's number of partitions; it can never fall. Each topic has its own answer.
 * - Beyond the client's `controller_mutation_rate` v3 refuses with THROTTLING_QUOTA_EXCEEDED; older versions only wait.
 * - `validateOnly` checks and changes nothing.
 */
export const createPartitions = defineApi(createPartitionsCodec, {
  handle({ topics, validateOnly }, context) {
    const { broker, version } = context;
    const mutations = broker.throttles.mutations(version >= STRICT_QUOTA_SINCE, context);
    const duplicates = duplicatesOf(topics.map(topic => topic.name));
    const once = topics.filter(topic => !duplicates.has(topic.name));
    const results = [
      ...Array.from(duplicates, name => failure(name, ErrorCode.INVALID_REQUEST, 'Duplicate topic name.')),
      ...once.map(topic => grow(topic, validateOnly, broker, mutations)),
    ];
    return { results, throttleTimeMs: mutations?.waitMs ?? 0 };
  },
});

function grow(
  { name, count, assignments }: CreatePartitionsTopic,
  validateOnly: boolean,
  { cluster }: Broker,
  mutations: MutationQuota | undefined,
): CreatePartitionsTopicResultInit {
  const topic = cluster.topic(name);
  if (!topic) return failure(name, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `There is no topic ${name}.`);
  const replicas = assignments?.map(assignment => assignment.brokerIds) ?? null;
  if (mutations !== undefined) {
    const added = count - topic.partitions.length;
    // What is refused anyway costs nothing.
    if (cluster.addPartitions(topic, count, replicas, true) === undefined && !mutations.take(added)) {
      return failure(name, ErrorCode.THROTTLING_QUOTA_EXCEEDED, 'The throttling quota has been exceeded.');
    }
  }
  const refusal = cluster.addPartitions(topic, count, replicas, validateOnly);
  return refusal ? failure(name, refusal.errorCode, refusal.reason) : { name, errorCode: ErrorCode.NONE };
}

function failure(name: string, errorCode: number, errorMessage: string): CreatePartitionsTopicResultInit {
  return { name, errorCode, errorMessage };
}
