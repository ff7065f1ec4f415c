import { heartbeatError } from '../group/consumer/heartbeat-messages.js';
import { joinError, syncError } from '../group/group-messages.js';
import type { ApiCodec } from '../protocol/codec.js';
import { NO_BYTES } from '../protocol/defaults.js';
import { apiVersionsCodec } from '../protocol/generated/api-versions.js';
import { saslHandshakeCodec } from '../protocol/generated/sasl-handshake.js';
import { addOffsetsToTxnCodec } from '../protocol/generated/add-offsets-to-txn.js';
import { addPartitionsToTxnCodec } from '../protocol/generated/add-partitions-to-txn.js';
import { consumerGroupHeartbeatCodec } from '../protocol/generated/consumer-group-heartbeat.js';
import { createTopicsCodec } from '../protocol/generated/create-topics.js';
import { deleteTopicsCodec } from '../protocol/generated/delete-topics.js';
import { endTxnCodec } from '../protocol/generated/end-txn.js';
import { fetchCodec } from '../protocol/generated/fetch.js';
import { findCoordinatorCodec } from '../protocol/generated/find-coordinator.js';
import { heartbeatCodec } from '../protocol/generated/heartbeat.js';
import { initProducerIdCodec } from '../protocol/generated/init-producer-id.js';
import { joinGroupCodec } from '../protocol/generated/join-group.js';
import { leaveGroupCodec } from '../protocol/generated/leave-group.js';
import { listOffsetsCodec } from '../protocol/generated/list-offsets.js';
import { offsetCommitCodec } from '../protocol/generated/offset-commit.js';
import { offsetFetchCodec } from '../protocol/generated/offset-fetch.js';
import { produceCodec } from '../protocol/generated/produce.js';
import { syncGroupCodec } from '../protocol/generated/sync-group.js';
import { txnOffsetCommitCodec } from '../protocol/generated/txn-offset-commit.js';

/** An answer that says nothing but this error, for everything that was asked. */
export type Refuse = (request: unknown, errorCode: number, version: number) => unknown;

const entry = <Request, RequestInit, Response, ResponseInit>(
  { name }: ApiCodec<Request, RequestInit, Response, ResponseInit>,
  refuse: (request: Request, errorCode: number, version: number) => ResponseInit,
): readonly [name: string, refuse: Refuse] => [name, refuse as Refuse];

const noOffset = { committedOffset: -1n, metadata: '' } as const;

/** The APIs that can be answered with an error, by name. */
export const refusals: ReadonlyMap<string, Refuse> = new Map([
  entry(produceCodec, ({ topicData }, errorCode) => ({
    responses: topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index }) => ({ index, errorCode, baseOffset: -1n })),
    })),
  })),
  entry(fetchCodec, ({ topics }, errorCode) => ({
    responses: topics.map(({ topic, topicId, partitions }) => ({
      topic,
      topicId,
      partitions: partitions.map(({ partition }) => ({
        partitionIndex: partition,
        errorCode,
        highWatermark: -1n,
        abortedTransactions: null,
        records: NO_BYTES,
      })),
    })),
  })),
  entry(listOffsetsCodec, ({ topics }, errorCode) => ({
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
    })),
  })),
  entry(offsetCommitCodec, ({ topics }, errorCode) => ({
    topics: topics.map(({ name, topicId, partitions }) => ({
      name,
      topicId,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
    })),
  })),
  entry(offsetFetchCodec, ({ topics, groups }, errorCode, version) => ({
    errorCode,
    // Only version 1 has no place for the error but the partitions.
    topics: (version === 1 ? (topics ?? []) : []).map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map(partitionIndex => ({ partitionIndex, ...noOffset, errorCode })),
    })),
    groups: groups.map(({ groupId }) => ({ groupId, topics: [], errorCode })),
  })),
  entry(findCoordinatorCodec, ({ coordinatorKeys }, errorCode) => {
    const nobody = { nodeId: -1, host: '', port: -1, errorCode, errorMessage: null };
    return { ...nobody, coordinators: coordinatorKeys.map(key => ({ key, ...nobody })) };
  }),
  entry(joinGroupCodec, ({ memberId }, errorCode, version) => ({
    ...joinError(errorCode, memberId),
    // Null is known from version 7 on.
    protocolName: version >= 7 ? null : '',
  })),
  entry(syncGroupCodec, (_, errorCode) => syncError(errorCode)),
  entry(heartbeatCodec, (_, errorCode) => ({ errorCode })),
  entry(consumerGroupHeartbeatCodec, (_, errorCode) => ({ ...heartbeatError(errorCode, ''), errorMessage: null })),
  entry(leaveGroupCodec, (_, errorCode) => ({ errorCode, members: [] })),
  entry(createTopicsCodec, ({ topics }, errorCode) => ({
    topics: topics.map(({ name }) => ({ name, errorCode, errorMessage: null })),
  })),
  entry(deleteTopicsCodec, ({ topics, topicNames }, errorCode) => ({
    responses: [
      ...topics.map(({ name, topicId }) => ({ name, topicId, errorCode })),
      ...topicNames.map(name => ({ name, errorCode })),
    ],
  })),
  entry(initProducerIdCodec, (_, errorCode) => ({ errorCode, producerId: -1n, producerEpoch: -1 })),
  entry(addPartitionsToTxnCodec, ({ transactions, v3AndBelowTopics }, errorCode) => {
    const refuseTopics = (topics: typeof v3AndBelowTopics) =>
      topics.map(({ name, partitions }) => ({
        name,
        resultsByPartition: partitions.map(partitionIndex => ({ partitionIndex, partitionErrorCode: errorCode })),
      }));
    return {
      resultsByTopicV3AndBelow: refuseTopics(v3AndBelowTopics),
      resultsByTransaction: transactions.map(({ transactionalId, topics }) => ({
        transactionalId,
        topicResults: refuseTopics(topics),
      })),
    };
  }),
  entry(apiVersionsCodec, (_, errorCode) => ({ errorCode, apiKeys: [] })),
  entry(saslHandshakeCodec, (_, errorCode) => ({ errorCode, mechanisms: [] })),
  entry(addOffsetsToTxnCodec, (_, errorCode) => ({ errorCode })),
  entry(endTxnCodec, (_, errorCode) => ({ errorCode })),
  entry(txnOffsetCommitCodec, ({ topics }, errorCode) => ({
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
    })),
  })),
]);
