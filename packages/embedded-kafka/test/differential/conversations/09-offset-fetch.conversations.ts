import { offsetCommitCodec } from '../../../src/protocol/generated/offset-commit.js';
import { offsetFetchCodec, type OffsetFetchRequestInit } from '../../../src/protocol/generated/offset-fetch.js';
import { conversationsAbout } from '../conversation.js';
import { stableGroup } from './group-talk.js';

type Topics = { name: string; partitionIndexes: number[] }[] | null;

/** One group's offsets, as old and as new versions ask for them. */
const fetchOffsets = (
  groupId: string,
  topics: Topics,
  more: { memberId?: string; memberEpoch?: number } = {},
): OffsetFetchRequestInit => ({
  groupId,
  topics,
  groups: [{ groupId, topics, ...more }],
});

export const offsetFetchConversations = conversationsAbout(offsetFetchCodec, {
  'what was committed': async talk => {
    const group = talk.name('group');
    const { name } = await talk.topic('heroes', 3);
    const partitions = [0, 2].map(partitionIndex => ({
      partitionIndex,
      committedOffset: 4n,
      committedLeaderEpoch: 0,
      committedMetadata: 'm',
    }));
    await talk.ask('given', offsetCommitCodec, { groupId: group, memberId: '', topics: [{ name, partitions }] });
    await talk.ask('by partition', offsetFetchCodec, fetchOffsets(group, [{ name, partitionIndexes: [2, 1, 0, 9] }]));
    await talk.ask('no partitions', offsetFetchCodec, fetchOffsets(group, [{ name, partitionIndexes: [] }]));
    await talk.ask('no topics', offsetFetchCodec, fetchOffsets(group, []));
    await talk.ask(
      'unknown topic',
      offsetFetchCodec,
      fetchOffsets(group, [{ name: talk.name('nowhere'), partitionIndexes: [0] }]),
    );
    if (talk.version >= 2) await talk.ask('all', offsetFetchCodec, fetchOffsets(group, null));
    if (talk.version >= 7)
      await talk.ask('stable only', offsetFetchCodec, {
        ...fetchOffsets(group, [{ name, partitionIndexes: [0] }]),
        requireStable: true,
      });
  },
  'of a group that does not exist': async talk => {
    const group = talk.name('group');
    await talk.ask('by partition', offsetFetchCodec, fetchOffsets(group, [{ name: 'heroes', partitionIndexes: [0] }]));
    if (talk.version >= 2) await talk.ask('all', offsetFetchCodec, fetchOffsets(group, null));
    await talk.ask('empty group', offsetFetchCodec, fetchOffsets('', [{ name: 'heroes', partitionIndexes: [0] }]));
  },
  'several groups': {
    from: 8,
    play: async talk => {
      const topics = [{ name: 'heroes', partitionIndexes: [0] }];
      const [one, two] = [talk.name('one'), talk.name('two')];
      await talk.ask('two', offsetFetchCodec, {
        groups: [
          { groupId: one, topics },
          { groupId: two, topics: null },
        ],
      });
      await talk.ask('none', offsetFetchCodec, { groups: [] });
      await talk.ask('one twice', offsetFetchCodec, {
        groups: [
          { groupId: one, topics },
          { groupId: one, topics },
        ],
      });
    },
  },
  'as a member': {
    from: 9,
    play: async talk => {
      const group = talk.name('group');
      const { memberId } = await stableGroup(talk, group);
      const topics = [{ name: 'heroes', partitionIndexes: [0] }];
      await talk.ask('itself', offsetFetchCodec, fetchOffsets(group, topics, { memberId, memberEpoch: 1 }));
      await talk.ask('unknown', offsetFetchCodec, fetchOffsets(group, topics, { memberId: 'nobody', memberEpoch: 1 }));
    },
  },
});
