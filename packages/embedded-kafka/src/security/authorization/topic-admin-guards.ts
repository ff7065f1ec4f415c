import { ZERO_UUID } from '../../protocol/defaults.js';
import { ErrorCode } from '../../protocol/errors.js';
import { alterConfigsCodec } from '../../protocol/generated/alter-configs.js';
import { createPartitionsCodec } from '../../protocol/generated/create-partitions.js';
import { createTopicsCodec } from '../../protocol/generated/create-topics.js';
import { deleteTopicsCodec } from '../../protocol/generated/delete-topics.js';
import { describeConfigsCodec } from '../../protocol/generated/describe-configs.js';
import { incrementalAlterConfigsCodec } from '../../protocol/generated/incremental-alter-configs.js';
import { Operation } from '../acl/acl-binding.js';
import type { Access } from '../acl/access.js';
import { each, filtered, inOrder, type GuardEntry } from './guard.js';

const { CREATE, DELETE, ALTER, DESCRIBE_CONFIGS, ALTER_CONFIGS } = Operation;
const DENIED = ErrorCode.TOPIC_AUTHORIZATION_FAILED;
const denied = { errorCode: DENIED, errorMessage: 'Authorization failed.' } as const;

interface ConfigResource {
  readonly resourceType: number;
  readonly resourceName: string;
}

/** Kafka's ConfigResource types; the others are the cluster's. */
const TOPIC = 2;
const GROUP = 32;

function mayConfigure(access: Access, operation: number, { resourceType, resourceName }: ConfigResource): boolean {
  if (resourceType === TOPIC) return access.topic(operation, resourceName);
  return resourceType === GROUP ? access.group(operation, resourceName) : access.cluster(operation);
}

const cannotConfigure = ({ resourceType, resourceName }: ConfigResource) => ({
  resourceType,
  resourceName,
  errorCode:
    resourceType === TOPIC
      ? DENIED
      : resourceType === GROUP
        ? ErrorCode.GROUP_AUTHORIZATION_FAILED
        : ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
  errorMessage: null,
});

/** Who may create, delete and configure topics. */
export const topicAdminGuards: readonly GuardEntry[] = [
  inOrder(
    filtered(createTopicsCodec, (answer, access) => ({
      ...answer,
      topics: answer.topics.map(topic =>
        topic.errorCode !== ErrorCode.NONE || access.topic(DESCRIBE_CONFIGS, topic.name)
          ? topic
          : { ...topic, topicConfigErrorCode: DENIED, numPartitions: -1, replicationFactor: -1, configs: [] },
      ),
    })),
    each(createTopicsCodec, {
      itemsOf: ({ topics }) => topics,
      withItems: (request, topics) => ({ ...request, topics }),
      may: (access, { name }) => access.cluster(CREATE) || access.topic(CREATE, name),
      withRefused: (answer, refused) => ({
        ...answer,
        topics: [...answer.topics, ...refused.map(({ name }) => ({ name, ...denied }))],
      }),
    }),
  ),
  inOrder(
    each(deleteTopicsCodec, {
      itemsOf: ({ topicNames }) => topicNames,
      withItems: (request, topicNames) => ({ ...request, topicNames }),
      may: (access, name) => access.topic(DELETE, name),
      withRefused: (answer, refused) => ({
        ...answer,
        responses: [...answer.responses, ...refused.map(name => ({ name, ...denied }))],
      }),
    }),
    each(deleteTopicsCodec, {
      itemsOf: ({ topics }) => topics,
      withItems: (request, topics) => ({ ...request, topics }),
      may: (access, { name, topicId }, { broker }) => {
        const known = topicId === ZERO_UUID ? name : broker.cluster.topicById(topicId)?.name;
        return known === undefined || known === null || access.topic(DELETE, known);
      },
      withRefused: (answer, refused) => ({
        ...answer,
        responses: [...answer.responses, ...refused.map(({ name, topicId }) => ({ name, topicId, ...denied }))],
      }),
    }),
  ),
  each(createPartitionsCodec, {
    itemsOf: ({ topics }) => topics,
    withItems: (request, topics) => ({ ...request, topics }),
    may: (access, { name }) => access.topic(ALTER, name),
    withRefused: (answer, refused) => ({
      ...answer,
      results: [...answer.results, ...refused.map(({ name }) => ({ name, errorCode: DENIED, errorMessage: null }))],
    }),
  }),
  each(describeConfigsCodec, {
    itemsOf: ({ resources }) => resources,
    withItems: (request, resources) => ({ ...request, resources }),
    may: (access, resource) => mayConfigure(access, DESCRIBE_CONFIGS, resource),
    withRefused: (answer, refused) => ({
      ...answer,
      results: [...answer.results, ...refused.map(resource => ({ ...cannotConfigure(resource), configs: [] }))],
    }),
  }),
  each(alterConfigsCodec, {
    itemsOf: ({ resources }) => resources,
    withItems: (request, resources) => ({ ...request, resources }),
    may: (access, resource) => mayConfigure(access, ALTER_CONFIGS, resource),
    withRefused: (answer, refused) => ({
      ...answer,
      responses: [...answer.responses, ...refused.map(cannotConfigure)],
    }),
  }),
  each(incrementalAlterConfigsCodec, {
    itemsOf: ({ resources }) => resources,
    withItems: (request, resources) => ({ ...request, resources }),
    may: (access, resource) => mayConfigure(access, ALTER_CONFIGS, resource),
    withRefused: (answer, refused) => ({
      ...answer,
      responses: [...answer.responses, ...refused.map(cannotConfigure)],
    }),
  }),
];
