import { ErrorCode } from '../protocol/errors.js';
import { alterShareGroupOffsetsCodec } from '../protocol/generated/alter-share-group-offsets.js';
import { deleteShareGroupOffsetsCodec } from '../protocol/generated/delete-share-group-offsets.js';
import { describeShareGroupOffsetsCodec } from '../protocol/generated/describe-share-group-offsets.js';
import { shareAcknowledgeCodec } from '../protocol/generated/share-acknowledge.js';
import { shareFetchCodec } from '../protocol/generated/share-fetch.js';
import { shareGroupDescribeCodec } from '../protocol/generated/share-group-describe.js';
import { shareGroupHeartbeatCodec } from '../protocol/generated/share-group-heartbeat.js';
import { defineApi, type AnyApi } from './api.js';

/*
 * Share groups (KIP-932): ShareGroupHeartbeat, ShareGroupDescribe, ShareFetch, ShareAcknowledge (76-79, v1), and
 * DescribeShareGroupOffsets, AlterShareGroupOffsets, DeleteShareGroupOffsets (90-92, v0).
 *
 * They are off, as in Apache Kafka 4.1 unless an administrator raises the feature `share.version`: the APIs are advertised, and
 * every request is answered with UNSUPPORTED_VERSION, whoever asks and whatever else is wrong with it.
 */
const errorCode = ErrorCode.UNSUPPORTED_VERSION;
const errorMessage = 'The version of API is not supported.';

export const shareGroupHeartbeat = defineApi(shareGroupHeartbeatCodec, {
  handle: () => ({ errorCode, memberEpoch: 0, heartbeatIntervalMs: 0 }),
});

export const shareGroupDescribe = defineApi(shareGroupDescribeCodec, {
  handle: ({ groupIds }) => ({
    groups: groupIds.map(groupId => ({
      errorCode,
      groupId,
      groupState: '',
      groupEpoch: 0,
      assignmentEpoch: 0,
      assignorName: '',
      members: [],
    })),
  }),
});

export const shareFetch = defineApi(shareFetchCodec, {
  handle: () => ({ errorCode, acquisitionLockTimeoutMs: 0, responses: [], nodeEndpoints: [] }),
});

export const shareAcknowledge = defineApi(shareAcknowledgeCodec, {
  handle: () => ({ errorCode, responses: [], nodeEndpoints: [] }),
});

export const describeShareGroupOffsets = defineApi(describeShareGroupOffsetsCodec, {
  handle: ({ groups }) => ({ groups: groups.map(({ groupId }) => ({ groupId, topics: [], errorCode })) }),
});

export const alterShareGroupOffsets = defineApi(alterShareGroupOffsetsCodec, {
  handle: () => ({ errorCode, errorMessage, responses: [] }),
});

export const deleteShareGroupOffsets = defineApi(deleteShareGroupOffsetsCodec, {
  handle: () => ({ errorCode, errorMessage, responses: [] }),
});

export const shareGroupApis: readonly AnyApi[] = [
  shareGroupHeartbeat,
  shareGroupDescribe,
  shareFetch,
  shareAcknowledge,
  describeShareGroupOffsets,
  alterShareGroupOffsets,
  deleteShareGroupOffsets,
];
