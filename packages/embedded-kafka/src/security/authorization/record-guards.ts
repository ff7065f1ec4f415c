import type { RequestContext } from '../../api/api.js';
import { RecordBatch } from '../../log/record-batch.js';
import { NO_BYTES, ZERO_UUID } from '../../protocol/defaults.js';
import { ErrorCode } from '../../protocol/errors.js';
import { deleteRecordsCodec } from '../../protocol/generated/delete-records.js';
import { describeProducersCodec } from '../../protocol/generated/describe-producers.js';
import { fetchCodec } from '../../protocol/generated/fetch.js';
import { listOffsetsCodec } from '../../protocol/generated/list-offsets.js';
import { offsetForLeaderEpochCodec } from '../../protocol/generated/offset-for-leader-epoch.js';
import { produceCodec, type ProduceRequest } from '../../protocol/generated/produce.js';
import type { Access } from '../acl/access.js';
import { Operation } from '../acl/acl-binding.js';
import { each, eachTopic, inOrder, refusedPartitions, whole } from './guard.js';

const { READ, WRITE, DELETE, DESCRIBE } = Operation;
const DENIED = ErrorCode.TOPIC_AUTHORIZATION_FAILED;

/** A topic that does not exist by this id is the handler's to refuse. */
function mayTopic(
  access: Access,
  operation: number,
  { name, topicId = ZERO_UUID }: { readonly name: string; readonly topicId?: string },
  { broker }: RequestContext,
): boolean {
  const known = topicId === ZERO_UUID ? name : broker.cluster.topicById(topicId)?.name;
  return known === undefined || access.topic(operation, known);
}

function mayTransact(access: Access, { transactionalId, topicData }: ProduceRequest): boolean {
  if (transactionalId === null) return true;
  const isTransactional = topicData.some(topic =>
    topic.partitionData.some(
      ({ records }) => records !== null && records.length > 23 && new RecordBatch(records).isTransactional,
    ),
  );
  return !isTransactional || access.transactionalId(WRITE, transactionalId);
}

/** Who may write, read and look into topics. */
export const recordGuards = [
  inOrder(
    whole(produceCodec, mayTransact, ({ topicData }) => ({
      responses: topicData.map(({ name, topicId, partitionData }) => ({
        name,
        topicId,
        partitionResponses: partitionData.map(({ index }) => ({
          index,
          errorCode: ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
          baseOffset: -1n,
        })),
      })),
    })),
    each(produceCodec, {
      itemsOf: ({ topicData }) => topicData,
      withItems: (request, topicData) => ({ ...request, topicData }),
      may: (access, topic, context) => mayTopic(access, WRITE, topic, context),
      withRefused: (answer, refused) => ({
        ...answer,
        responses: [
          ...answer.responses,
          ...refused.map(({ name, topicId, partitionData }) => ({
            name,
            topicId,
            partitionResponses: partitionData.map(({ index }) => ({ index, errorCode: DENIED, baseOffset: -1n })),
          })),
        ],
      }),
    }),
  ),
  each(fetchCodec, {
    itemsOf: ({ topics }) => topics,
    withItems: (request, topics) => ({ ...request, topics }),
    may: (access, { topic: name, topicId }, context) => mayTopic(access, READ, { name, topicId }, context),
    withRefused: (answer, refused) => ({
      ...answer,
      responses: [
        ...answer.responses,
        ...refused.map(({ topic, topicId, partitions }) => ({
          topic,
          topicId,
          partitions: partitions.map(({ partition }) => ({
            partitionIndex: partition,
            errorCode: DENIED,
            highWatermark: -1n,
            abortedTransactions: [],
            records: NO_BYTES,
          })),
        })),
      ],
    }),
  }),
  eachTopic(listOffsetsCodec, (access, { name }) => access.topic(DESCRIBE, name), refusedPartitions(DENIED)),
  eachTopic(
    deleteRecordsCodec,
    (access, { name }) => access.topic(DELETE, name),
    ({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, lowWatermark: -1n, errorCode: DENIED })),
    }),
  ),
  eachTopic(
    offsetForLeaderEpochCodec,
    (access, { topic }) => access.cluster(Operation.CLUSTER_ACTION) || access.topic(DESCRIBE, topic),
    ({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition }) => ({ partition, errorCode: DENIED })),
    }),
  ),
  eachTopic(
    describeProducersCodec,
    (access, { name }) => access.topic(READ, name),
    ({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map(partitionIndex => ({
        partitionIndex,
        errorCode: DENIED,
        errorMessage: null,
        activeProducers: [],
      })),
    }),
  ),
];
