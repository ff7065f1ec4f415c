import type { Broker } from '../broker.js';
import { ZERO_UUID } from '../protocol/defaults.js';
import { ErrorCode } from '../protocol/errors.js';
import { deleteTopicsCodec } from '../protocol/generated/delete-topics.js';
import type { DeleteTopicState } from '../protocol/generated/delete-topics-request.js';
import type { DeletableTopicResultInit } from '../protocol/generated/delete-topics-response.js';
import type { MutationQuota } from '../quotas/mutation-quota.js';
import { defineApi } from './api.js';
import { duplicatesOf } from './duplicates.js';

/** KIP-599: from then on clients know THROTTLING_QUOTA_EXCEEDED. */
const STRICT_QUOTA_SINCE = 5;

/**
 * DeleteTopics, v1-6.
 *
 * - By name, or (v6+) by id; both at once is INVALID_REQUEST, and so is the same one twice.
 * - Beyond the client's `controller_mutation_rate` v5+ refuses with THROTTLING_QUOTA_EXCEEDED; older versions only wait.
 * - The records are gone at once, parked fetches are answered, and committed offsets of the topic are forgotten.
 */
export const deleteTopics = defineApi(deleteTopicsCodec, {
  handle({ topics, topicNames }, context) {
    const { version, broker } = context;
    const mutations = broker.throttles.mutations(version >= STRICT_QUOTA_SINCE, context);
    const wanted = version >= 6 ? topics : topicNames.map(name => ({ name, topicId: ZERO_UUID }));
    const distinct = new Map(wanted.map(each => [keyOf(each), each]));
    const duplicates = duplicatesOf(wanted.map(keyOf));
    const responses = Array.from(distinct, ([key, each]) =>
      duplicates.has(key) ? duplicate(each) : deleteTopic(each, broker, mutations),
    );
    return { responses, throttleTimeMs: mutations?.waitMs ?? 0 };
  },
});

function keyOf({ name, topicId }: DeleteTopicState): string {
  return name ?? `id ${topicId}`;
}

function duplicate({ name, topicId }: DeleteTopicState): DeletableTopicResultInit {
  const errorMessage = name === null ? 'Duplicate topic id.' : 'Duplicate topic name.';
  return { name, topicId, errorCode: ErrorCode.INVALID_REQUEST, errorMessage };
}

function deleteTopic(
  { name, topicId }: DeleteTopicState,
  { cluster, groups }: Broker,
  mutations: MutationQuota | undefined,
): DeletableTopicResultInit {
  const hasId = topicId !== ZERO_UUID;
  if (hasId === (name !== null)) {
    const errorMessage = hasId ? 'Cannot specify both name and id.' : 'Neither name nor id were specified.';
    return { name, topicId, errorCode: ErrorCode.INVALID_REQUEST, errorMessage };
  }
  const topic = name === null ? cluster.topicById(topicId) : cluster.topic(name);
  if (!topic) {
    const errorCode = hasId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    const errorMessage = hasId
      ? 'This server does not host this topic ID.'
      : 'This server does not host this topic-partition.';
    return { name, topicId, errorCode, errorMessage };
  }
  if (mutations?.take(topic.partitions.length) === false) {
    const errorMessage = 'The throttling quota has been exceeded.';
    return { name: topic.name, topicId: topic.id, errorCode: ErrorCode.THROTTLING_QUOTA_EXCEEDED, errorMessage };
  }
  cluster.deleteTopic(topic);
  groups.offsets.forgetTopic(topic.name);
  return { name: topic.name, topicId: topic.id, errorCode: ErrorCode.NONE };
}
