import { alterShareGroupOffsetsCodec } from '../../../src/protocol/generated/alter-share-group-offsets.js';
import { deleteShareGroupOffsetsCodec } from '../../../src/protocol/generated/delete-share-group-offsets.js';
import { describeShareGroupOffsetsCodec } from '../../../src/protocol/generated/describe-share-group-offsets.js';
import { shareAcknowledgeCodec } from '../../../src/protocol/generated/share-acknowledge.js';
import { shareFetchCodec } from '../../../src/protocol/generated/share-fetch.js';
import { shareGroupDescribeCodec } from '../../../src/protocol/generated/share-group-describe.js';
import { shareGroupHeartbeatCodec } from '../../../src/protocol/generated/share-group-heartbeat.js';
import { conversationsAbout } from '../conversation.js';

/** Share groups (KIP-932) are off in Kafka 4.1: it advertises their APIs, and refuses all that they are asked. */
export const shareGroupsConversations = [
  ...conversationsAbout(shareGroupHeartbeatCodec, {
    'a heartbeat': async talk => {
      const groupId = talk.name('group');
      const request = { groupId, memberId: 'member', memberEpoch: 0, subscribedTopicNames: ['heroes'] };
      await talk.ask('joins', shareGroupHeartbeatCodec, request);
      await talk.ask('an invalid one', shareGroupHeartbeatCodec, { ...request, groupId: '', memberId: '' });
    },
  }),
  ...conversationsAbout(shareGroupDescribeCodec, {
    description: async talk => {
      const groupIds = [talk.name('group'), talk.name('other'), ''];
      await talk.ask('groups', shareGroupDescribeCodec, { groupIds, includeAuthorizedOperations: true });
      await talk.ask('none', shareGroupDescribeCodec, { groupIds: [], includeAuthorizedOperations: false });
    },
  }),
  ...conversationsAbout(shareFetchCodec, {
    'a fetch': async talk => {
      const { id: topicId } = await talk.topic('heroes');
      const request = {
        groupId: talk.name('group'),
        memberId: 'AAAAAAAAAAAAAAAAAAAAAQ',
        shareSessionEpoch: 0,
        maxWaitMs: 0,
        minBytes: 0,
        maxBytes: 1_000,
        maxRecords: 1,
        batchSize: 1,
        topics: [{ topicId, partitions: [{ partitionIndex: 0, acknowledgementBatches: [] }] }],
        forgottenTopicsData: [],
      };
      await talk.ask('fetches', shareFetchCodec, request);
      await talk.ask('without a group', shareFetchCodec, { ...request, groupId: null, memberId: null });
    },
  }),
  ...conversationsAbout(shareAcknowledgeCodec, {
    'an acknowledgement': async talk => {
      const { id: topicId } = await talk.topic('heroes');
      const topics = [{ topicId, partitions: [{ partitionIndex: 0, acknowledgementBatches: [] }] }];
      const request = { groupId: talk.name('group'), memberId: 'AAAAAAAAAAAAAAAAAAAAAQ', shareSessionEpoch: 0, topics };
      await talk.ask('acknowledges', shareAcknowledgeCodec, request);
    },
  }),
  ...conversationsAbout(describeShareGroupOffsetsCodec, {
    'offsets are described': async talk => {
      const { name: topicName } = await talk.topic('heroes');
      const groups = [
        { groupId: talk.name('group'), topics: [{ topicName, partitions: [0] }] },
        { groupId: talk.name('other'), topics: null },
      ];
      await talk.ask('of two groups', describeShareGroupOffsetsCodec, { groups });
      await talk.ask('of none', describeShareGroupOffsetsCodec, { groups: [] });
    },
  }),
  ...conversationsAbout(alterShareGroupOffsetsCodec, {
    'offsets are altered': async talk => {
      const { name: topicName } = await talk.topic('heroes');
      const topics = [{ topicName, partitions: [{ partitionIndex: 0, startOffset: 0n }] }];
      await talk.ask('of a group', alterShareGroupOffsetsCodec, { groupId: talk.name('group'), topics });
    },
  }),
  ...conversationsAbout(deleteShareGroupOffsetsCodec, {
    'offsets are deleted': async talk => {
      const { name: topicName } = await talk.topic('heroes');
      const request = { groupId: talk.name('group'), topics: [{ topicName }] };
      await talk.ask('of a group', deleteShareGroupOffsetsCodec, request);
    },
  }),
];
