import type { RequestContext } from '../../api/api.js';
import { OPERATIONS_NOT_REQUESTED } from '../../api/authorized-operations.js';
import { ZERO_UUID } from '../../protocol/defaults.js';
import { ErrorCode } from '../../protocol/errors.js';
import { describeClusterCodec } from '../../protocol/generated/describe-cluster.js';
import { describeTopicPartitionsCodec } from '../../protocol/generated/describe-topic-partitions.js';
import { metadataCodec, type MetadataRequest } from '../../protocol/generated/metadata.js';
import type { Access } from '../acl/access.js';
import { CLUSTER_NAME, Operation, ResourceType } from '../acl/acl-binding.js';
import { each, eachTopic, filtered, inOrder } from './guard.js';

const { DESCRIBE, CREATE } = Operation;
const DENIED = ErrorCode.TOPIC_AUTHORIZATION_FAILED;

/** A client that may not describe the cluster is told that it may do nothing with it. */
function clusterOperations(access: Access, asked: number | undefined): number {
  if (asked === undefined || asked === OPERATIONS_NOT_REQUESTED) return OPERATIONS_NOT_REQUESTED;
  return access.cluster(DESCRIBE) ? access.operations(ResourceType.CLUSTER, CLUSTER_NAME) : 0;
}

function topicOperations(access: Access, asked: number | undefined, name: string | null): number {
  if (asked === undefined || asked === OPERATIONS_NOT_REQUESTED) return OPERATIONS_NOT_REQUESTED;
  return access.operations(ResourceType.TOPIC, name ?? '');
}

type WantedTopic = NonNullable<MetadataRequest['topics']>[number];

/** A topic that does not exist is as secret as one that does; whether it may be created counts, too. */
function mayKnow(access: Access, { name, topicId }: WantedTopic, { broker }: RequestContext): boolean {
  if (topicId !== ZERO_UUID) {
    const known = broker.cluster.topicById(topicId);
    return known === undefined || access.topic(DESCRIBE, known.name);
  }
  return name === null || access.topic(DESCRIBE, name);
}

/** Who may know what of the cluster and its topics. */
export const metadataGuards = [
  inOrder(
    filtered(metadataCodec, (answer, access, { topics }, { version }) => {
      const isAll = topics === null || (version === 0 && topics.length === 0);
      // Where nothing of a request was left, the handler takes it for one of all topics.
      const wanted = new Set((topics ?? []).flatMap(({ name, topicId }) => [name, topicId]));
      const visible = answer.topics.filter(({ name, topicId = ZERO_UUID }) =>
        isAll ? access.topic(DESCRIBE, name ?? '') : wanted.has(name) || (topicId !== ZERO_UUID && wanted.has(topicId)),
      );
      return {
        ...answer,
        clusterAuthorizedOperations: clusterOperations(access, answer.clusterAuthorizedOperations),
        topics: visible.map(topic =>
          topic.errorCode === DENIED
            ? topic
            : {
                ...topic,
                topicAuthorizedOperations: topicOperations(access, topic.topicAuthorizedOperations, topic.name),
              },
        ),
      };
    }),
    each(metadataCodec, {
      itemsOf: ({ topics }) => topics ?? [],
      withItems: (request, topics) => ({ ...request, topics }),
      may: mayKnow,
      withRefused: (answer, refused) => ({
        ...answer,
        topics: [
          ...answer.topics,
          ...refused.map(({ name, topicId }) => ({
            errorCode: DENIED,
            name: topicId === ZERO_UUID ? name : null,
            topicId,
            partitions: [],
          })),
        ],
      }),
    }),
    each(metadataCodec, {
      itemsOf: ({ topics, allowAutoTopicCreation }) => (allowAutoTopicCreation ? (topics ?? []) : []),
      withItems: (request, topics) => ({ ...request, topics }),
      may: (access, { name, topicId }, { broker }) =>
        name === null ||
        topicId !== ZERO_UUID ||
        !broker.settings.autoCreateTopics ||
        broker.cluster.topic(name) !== undefined ||
        access.cluster(CREATE) ||
        access.topic(CREATE, name),
      withRefused: (answer, refused) => ({
        ...answer,
        topics: [
          ...answer.topics,
          ...refused.map(({ name, topicId }) => ({ errorCode: DENIED, name, topicId, partitions: [] })),
        ],
      }),
    }),
  ),
  filtered(describeClusterCodec, (answer, access) => ({
    ...answer,
    clusterAuthorizedOperations: clusterOperations(access, answer.clusterAuthorizedOperations),
  })),
  inOrder(
    filtered(describeTopicPartitionsCodec, (answer, access, { topics }) => ({
      ...answer,
      topics: answer.topics
        // As above.
        .filter(topic =>
          topics.length === 0
            ? access.topic(DESCRIBE, topic.name ?? '')
            : topics.some(({ name }) => name === topic.name),
        )
        .map(topic =>
          topic.errorCode === DENIED
            ? topic
            : {
                ...topic,
                topicAuthorizedOperations: topicOperations(access, topic.topicAuthorizedOperations, topic.name),
              },
        ),
    })),
    eachTopic(
      describeTopicPartitionsCodec,
      (access, { name }) => access.topic(DESCRIBE, name),
      ({ name }) => ({ errorCode: DENIED, name, topicId: ZERO_UUID, isInternal: false, partitions: [] }),
    ),
  ),
];
