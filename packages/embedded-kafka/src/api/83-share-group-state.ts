import { ErrorCode } from '../protocol/errors.js';
import { deleteShareGroupStateCodec } from '../protocol/generated/delete-share-group-state.js';
import { initializeShareGroupStateCodec } from '../protocol/generated/initialize-share-group-state.js';
import { readShareGroupStateCodec } from '../protocol/generated/read-share-group-state.js';
import { readShareGroupStateSummaryCodec } from '../protocol/generated/read-share-group-state-summary.js';
import { writeShareGroupStateCodec } from '../protocol/generated/write-share-group-state.js';
import { defineApi, type AnyApi } from './api.js';

/*
 * What brokers keep of share groups (KIP-932): InitializeShareGroupState, ReadShareGroupState, WriteShareGroupState,
 * DeleteShareGroupState, ReadShareGroupStateSummary (83-87, v0). Share groups are off, so nobody coordinates their state: NOT_COORDINATOR
 * for each partition, as in Apache Kafka 4.1's defaults.
 */
const errorCode = ErrorCode.NOT_COORDINATOR;
const notHere = (what: string) => ({
  errorCode,
  errorMessage: `Unable to ${what} share group state: This is not the correct coordinator.`,
});

interface AskedTopic {
  readonly topicId: string;
  readonly partitions: readonly { readonly partition: number }[];
}

/** The same for each partition that was asked for. */
const each = <Result>(topics: readonly AskedTopic[], result: Result) =>
  topics.map(({ topicId, partitions }) => ({
    topicId,
    partitions: partitions.map(({ partition }) => ({ partition, ...result })),
  }));

export const initializeShareGroupState = defineApi(initializeShareGroupStateCodec, {
  handle: ({ topics }) => ({ results: each(topics, notHere('initialize')) }),
});

export const readShareGroupState = defineApi(readShareGroupStateCodec, {
  handle: ({ topics }) => ({
    results: each(topics, { ...notHere('read'), stateEpoch: 0, startOffset: 0n, stateBatches: [] }),
  }),
});

export const writeShareGroupState = defineApi(writeShareGroupStateCodec, {
  handle: ({ topics }) => ({ results: each(topics, notHere('write')) }),
});

export const deleteShareGroupState = defineApi(deleteShareGroupStateCodec, {
  handle: ({ topics }) => ({ results: each(topics, notHere('delete')) }),
});

export const readShareGroupStateSummary = defineApi(readShareGroupStateSummaryCodec, {
  handle: ({ topics }) => ({
    results: each(topics, { ...notHere('read'), stateEpoch: 0, leaderEpoch: 0, startOffset: 0n }),
  }),
});

export const shareGroupStateApis: readonly AnyApi[] = [
  initializeShareGroupState,
  readShareGroupState,
  writeShareGroupState,
  deleteShareGroupState,
  readShareGroupStateSummary,
];
