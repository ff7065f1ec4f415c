import type { Broker } from '../broker.js';
import type { BrokerConfigs } from '../cluster/broker-configs.js';
import type { TopicSpec } from '../cluster/cluster.js';
import { configEntries } from '../cluster/topic-config-entries.js';
import type { Topic } from '../cluster/topic.js';
import { ErrorCode } from '../protocol/errors.js';
import { createTopicsCodec } from '../protocol/generated/create-topics.js';
import type { CreatableTopic } from '../protocol/generated/create-topics-request.js';
import type { CreatableTopicResultInit } from '../protocol/generated/create-topics-response.js';
import type { MutationQuota } from '../quotas/mutation-quota.js';
import { defineApi } from './api.js';
import { duplicatesOf } from './duplicates.js';

/** KIP-599: from then on clients know THROTTLING_QUOTA_EXCEEDED. */
const STRICT_QUOTA_SINCE = 6;

/**
 * CreateTopics, v2-7.
 *
 * - Each topic has its own answer. A name that is asked for twice is refused both times.
 * - `validateOnly` checks and creates nothing; as in Kafka, the answer has an id that nothing
 *   has.
 * - Beyond the client's `controller_mutation_rate` v6+ refuses with THROTTLING_QUOTA_EXCEEDED; older versions only wait.
 * - v5+ tells the configuration, the partitions and the replication factor that resulted. The configuration is never
 *   null: the Java client does not survive that.
 */
export const createTopics = defineApi(createTopicsCodec, {
  handle({ topics, validateOnly }, context) {
    const { broker, version } = context;
    const mutations = broker.throttles.mutations(version >= STRICT_QUOTA_SINCE, context);
    const duplicates = duplicatesOf(topics.map(topic => topic.name));
    const distinct = new Map(topics.map(topic => [topic.name, topic]));
    const answers = {
      topics: Array.from(distinct.values(), topic =>
        duplicates.has(topic.name)
          ? failure(topic.name, ErrorCode.INVALID_REQUEST, 'Duplicate topic name.')
          : create(topic, validateOnly, broker, mutations),
      ),
    };
    return { ...answers, throttleTimeMs: mutations?.waitMs ?? 0 };
  },
});

function create(
  wanted: CreatableTopic,
  validateOnly: boolean,
  { cluster, configs }: Broker,
  mutations: MutationQuota | undefined,
): CreatableTopicResultInit {
  const { name } = wanted;
  const assignments = [...wanted.assignments].sort((a, b) => a.partitionIndex - b.partitionIndex);
  if (assignments.some(({ partitionIndex }, index) => partitionIndex !== index)) {
    return failure(
      name,
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      'partitions should be a consecutive 0-based integer sequence',
    );
  }
  const spec: TopicSpec = {
    name,
    partitions: wanted.numPartitions,
    replicationFactor: wanted.replicationFactor,
    assignments: assignments.map(({ brokerIds }) => brokerIds),
    configs: wanted.configs.map(config => [config.name, config.value] as const),
  };
  if (mutations !== undefined) {
    // What is refused anyway costs nothing.
    const checked = cluster.createTopic(spec, true);
    if (!('errorCode' in checked) && !mutations.take(checked.partitions.length)) {
      return failure(name, ErrorCode.THROTTLING_QUOTA_EXCEEDED, 'The throttling quota has been exceeded.');
    }
  }
  const topic = cluster.createTopic(spec, validateOnly);
  if ('errorCode' in topic) return failure(name, topic.errorCode, topic.reason);
  return success(topic, configs);
}

function success(topic: Topic, brokerConfigs: BrokerConfigs): CreatableTopicResultInit {
  return {
    name: topic.name,
    topicId: topic.id,
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    numPartitions: topic.partitions.length,
    replicationFactor: topic.replicationFactor,
    configs: configEntries(topic.configs, brokerConfigs).map(({ fact, value, source }) => ({
      name: fact.name,
      value,
      readOnly: false,
      configSource: source,
      isSensitive: false,
    })),
  };
}

function failure(name: string, errorCode: number, errorMessage: string): CreatableTopicResultInit {
  return { name, errorCode, errorMessage, configs: [] };
}
