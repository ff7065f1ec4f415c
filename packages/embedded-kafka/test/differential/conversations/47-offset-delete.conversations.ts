import { offsetCommitCodec } from '../../../src/protocol/generated/offset-commit.js';
import { offsetDeleteCodec } from '../../../src/protocol/generated/offset-delete.js';
import { offsetFetchCodec } from '../../../src/protocol/generated/offset-fetch.js';
import { conversationsAbout } from '../conversation.js';
import { protocol, stableGroup, subscription } from './group-talk.js';

const remove = (groupId: string, name: string, ...partitions: readonly number[]) => ({
  groupId,
  topics: [{ name, partitions: partitions.map(partitionIndex => ({ partitionIndex })) }],
});

export const offsetDeleteConversations = conversationsAbout(offsetDeleteCodec, {
  'a group of offsets only': async talk => {
    const group = talk.name('group');
    const { name } = await talk.topic('heroes', 2);
    const partitions = [0, 1].map(partitionIndex => ({ partitionIndex, committedOffset: 1n, committedMetadata: '' }));
    await talk.ask('commit', offsetCommitCodec, { groupId: group, memberId: '', topics: [{ name, partitions }] });
    await talk.ask('one', offsetDeleteCodec, remove(group, name, 0));
    await talk.ask('unknown topic', offsetDeleteCodec, remove(group, talk.name('nowhere'), 0));
    await talk.ask('unknown partition', offsetDeleteCodec, remove(group, name, 9));
    await talk.ask('nothing', offsetDeleteCodec, { groupId: group, topics: [] });
    await talk.ask('what is left', offsetFetchCodec, { groups: [{ groupId: group, topics: null }] });
  },
  'no group': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('unknown', offsetDeleteCodec, remove(talk.name('group'), name, 0));
  },
  'a group whose members read the topic': async talk => {
    const group = talk.name('group');
    const { name } = await talk.topic('heroes');
    const other = await talk.topic('villains');
    const { memberId, generationId } = await stableGroup(talk, group, {
      protocols: [protocol('range', subscription(name))],
    });
    const partitions = [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }];
    const topics = [name, other.name].map(one => ({ name: one, partitions }));
    await talk.ask('commit', offsetCommitCodec, {
      groupId: group,
      memberId,
      generationIdOrMemberEpoch: generationId,
      topics,
    });
    await talk.ask('read', offsetDeleteCodec, remove(group, name, 0));
    await talk.ask('not read', offsetDeleteCodec, remove(group, other.name, 0));
  },
  'a group of another protocol type': async talk => {
    const group = talk.name('group');
    const { name } = await talk.topic('heroes');
    await stableGroup(talk, group, { protocolType: 'consumer' });
    await talk.ask('of a stable group', offsetDeleteCodec, remove(group, name, 0));
  },
});
