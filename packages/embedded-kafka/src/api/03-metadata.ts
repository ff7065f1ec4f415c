import type { Broker } from '../broker.js';
import { endpointOf } from '../cluster/broker-node.js';
import { NO_LEADER } from '../cluster/replica-set.js';
import { topicNameFault } from '../cluster/topic-name.js';
import type { Topic } from '../cluster/topic.js';
import { ZERO_UUID } from '../protocol/defaults.js';
import { ErrorCode } from '../protocol/errors.js';
import { metadataCodec, type MetadataRequest, type MetadataResponseInit } from '../protocol/generated/metadata.js';
import type { MetadataRequestTopic } from '../protocol/generated/metadata-request.js';
import type { MetadataResponseTopicInit } from '../protocol/generated/metadata-response.js';
import { defineApi, type RequestContext } from './api.js';
import { CLUSTER_OPERATIONS, OPERATIONS_NOT_REQUESTED, TOPIC_OPERATIONS } from './authorized-operations.js';

/** Versions 10 and 11 have a field for ids, but no answer that could do without a name. */
const IDS_SINCE = 12;

/**
 * Metadata, v0-13.
 *
 * - All topics for null (v0: for an empty list), otherwise those asked for, by name or (v12+) by id.
 * - An unknown name is created at once and answered like any other topic, if both the broker and the request (v4+)
 *   allow it. Apache Kafka in KRaft mode answers UNKNOWN_TOPIC_OR_PARTITION first and creates behind; clients retry
 *   either way, and tests are spared the wait.
 * - Only nodes that are up are told; a partition without a leader is LEADER_NOT_AVAILABLE.
 * - Everybody may do everything: there is no authorizer.
 */
export const metadata = defineApi(metadataCodec, {
  handle(request, context) {
    const { cluster } = context.broker;
    const { topics } = request;
    if (topics && context.version < IDS_SINCE && topics.some(topic => topic.name === null || hasId(topic))) {
      return refuse(topics, ErrorCode.INVALID_REQUEST);
    }
    if (topics?.some(topic => topic.name === null && !hasId(topic))) {
      return refuse(topics, ErrorCode.UNKNOWN_SERVER_ERROR);
    }
    const wantsClusterOperations = request.includeClusterAuthorizedOperations;
    return {
      brokers: cluster.nodesUp.map(node => ({
        nodeId: node.id,
        ...endpointOf(node, context.connection.listener),
        rack: node.rack,
      })),
      clusterId: cluster.id,
      controllerId: cluster.controllerId,
      topics: wantedTopics(request, context),
      clusterAuthorizedOperations: wantsClusterOperations ? CLUSTER_OPERATIONS : OPERATIONS_NOT_REQUESTED,
      errorCode: ErrorCode.NONE,
    };
  },
});

function wantedTopics(request: MetadataRequest, { version, broker }: RequestContext): MetadataResponseTopicInit[] {
  const operations = request.includeTopicAuthorizedOperations ? TOPIC_OPERATIONS : OPERATIONS_NOT_REQUESTED;
  const { topics } = request;
  if (topics === null || (version === 0 && topics.length === 0)) {
    return Array.from(broker.cluster.topics, topic => describe(topic, operations));
  }
  const seen = new Set<string | null>();
  const answers: MetadataResponseTopicInit[] = [];
  for (const wanted of topics) {
    const key = hasId(wanted) ? `id ${wanted.topicId}` : wanted.name;
    if (seen.has(key)) continue;
    seen.add(key);
    const topic = find(wanted, request.allowAutoTopicCreation, broker);
    if (!('errorCode' in topic)) answers.push(describe(topic, operations));
    else if (topic.name === null) answers.push(topic);
    else answers.push({ ...topic, topicAuthorizedOperations: operations });
  }
  return answers;
}

function find(
  { name, topicId }: MetadataRequestTopic,
  allowAutoTopicCreation: boolean,
  broker: Broker,
): Topic | MetadataResponseTopicInit {
  const { cluster } = broker;
  if (name === null || topicId !== ZERO_UUID)
    return cluster.topicById(topicId) ?? unknown(null, topicId, ErrorCode.UNKNOWN_TOPIC_ID);
  const known = cluster.topic(name);
  if (known) return known;
  if (!broker.settings.autoCreateTopics || !allowAutoTopicCreation) {
    const isPossible = topicNameFault(name) === undefined;
    const errorCode = isPossible ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.INVALID_TOPIC_EXCEPTION;
    return unknown(name, ZERO_UUID, errorCode);
  }
  const created = cluster.createTopic({ name, partitions: -1, replicationFactor: -1, assignments: [], configs: [] });
  if ('errorCode' in created) {
    broker.logger.debug(`topic ${JSON.stringify(name)} is not auto-created: ${created.reason}`);
    return unknown(name, ZERO_UUID, created.errorCode);
  }
  return created;
}

function unknown(name: string | null, topicId: string, errorCode: number): MetadataResponseTopicInit {
  return { errorCode, name, topicId, partitions: [] };
}

const hasId = ({ topicId }: MetadataRequestTopic): boolean => topicId !== ZERO_UUID;

/** Kafka's answer to a request that it cannot make sense of; only v13 has an error code for the whole of it. */
function refuse(topics: readonly MetadataRequestTopic[], errorCode: number): MetadataResponseInit {
  return {
    brokers: [],
    errorCode,
    topics: topics.map(({ name, topicId }) => unknown(name ?? '', topicId, errorCode)),
  };
}

function describe(topic: Topic, topicAuthorizedOperations: number): MetadataResponseTopicInit {
  return {
    errorCode: ErrorCode.NONE,
    name: topic.name,
    topicId: topic.id,
    isInternal: topic.isInternal,
    topicAuthorizedOperations,
    partitions: topic.partitions.map(({ index, leaderId, leaderEpoch, replicas, isr, offlineReplicas }) => ({
      errorCode: leaderId === NO_LEADER ? ErrorCode.LEADER_NOT_AVAILABLE : ErrorCode.NONE,
      partitionIndex: index,
      leaderId,
      leaderEpoch,
      replicaNodes: replicas,
      isrNodes: isr,
      offlineReplicas,
    })),
  };
}
