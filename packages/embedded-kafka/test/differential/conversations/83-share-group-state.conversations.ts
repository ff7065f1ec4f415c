import { deleteShareGroupStateCodec } from '../../../src/protocol/generated/delete-share-group-state.js';
import { initializeShareGroupStateCodec } from '../../../src/protocol/generated/initialize-share-group-state.js';
import { readShareGroupStateCodec } from '../../../src/protocol/generated/read-share-group-state.js';
import { readShareGroupStateSummaryCodec } from '../../../src/protocol/generated/read-share-group-state-summary.js';
import { writeShareGroupStateCodec } from '../../../src/protocol/generated/write-share-group-state.js';
import { conversationsAbout } from '../conversation.js';

const state = { stateEpoch: 0, leaderEpoch: 0, startOffset: 0n };

/** What brokers keep of share groups (KIP-932), which are off. */
export const shareGroupStateConversations = [
  ...conversationsAbout(initializeShareGroupStateCodec, {
    'state is made': async talk => {
      const { id: topicId } = await talk.topic('heroes');
      const topics = [{ topicId, partitions: [{ partition: 0, ...state }] }];
      await talk.ask('of a partition', initializeShareGroupStateCodec, { groupId: talk.name('group'), topics });
      await talk.ask('of none', initializeShareGroupStateCodec, { groupId: '', topics: [] });
    },
  }),
  ...conversationsAbout(readShareGroupStateCodec, {
    'state is read': async talk => {
      const { id: topicId } = await talk.topic('heroes');
      const topics = [{ topicId, partitions: [{ partition: 0, leaderEpoch: 0 }] }];
      await talk.ask('of a partition', readShareGroupStateCodec, { groupId: talk.name('group'), topics });
      await talk.ask('of none', readShareGroupStateCodec, { groupId: talk.name('other'), topics: [] });
    },
  }),
  ...conversationsAbout(writeShareGroupStateCodec, {
    'state is written': async talk => {
      const { id: topicId } = await talk.topic('heroes');
      const topics = [{ topicId, partitions: [{ partition: 0, ...state, stateBatches: [] }] }];
      await talk.ask('of a partition', writeShareGroupStateCodec, { groupId: talk.name('group'), topics });
    },
  }),
  ...conversationsAbout(deleteShareGroupStateCodec, {
    'state is deleted': async talk => {
      const { id: topicId } = await talk.topic('heroes');
      const topics = [{ topicId, partitions: [{ partition: 0 }] }];
      await talk.ask('of a partition', deleteShareGroupStateCodec, { groupId: talk.name('group'), topics });
    },
  }),
  ...conversationsAbout(readShareGroupStateSummaryCodec, {
    'state is summed up': async talk => {
      const { id: topicId } = await talk.topic('heroes');
      const topics = [{ topicId, partitions: [{ partition: 0, leaderEpoch: 0 }] }];
      await talk.ask('of a partition', readShareGroupStateSummaryCodec, { groupId: talk.name('group'), topics });
    },
  }),
];
