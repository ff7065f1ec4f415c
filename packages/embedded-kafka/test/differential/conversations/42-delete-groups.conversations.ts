import { deleteGroupsCodec } from '../../../src/protocol/generated/delete-groups.js';
import { leaveGroupCodec } from '../../../src/protocol/generated/leave-group.js';
import { offsetCommitCodec } from '../../../src/protocol/generated/offset-commit.js';
import { offsetFetchCodec } from '../../../src/protocol/generated/offset-fetch.js';
import { conversationsAbout } from '../conversation.js';
import { stableGroup } from './group-talk.js';

export const deleteGroupsConversations = conversationsAbout(deleteGroupsCodec, {
  'in each state': async talk => {
    const group = talk.name('group');
    await talk.ask('not there', deleteGroupsCodec, { groupsNames: [group] });
    const { memberId } = await stableGroup(talk, group);
    await talk.ask('stable', deleteGroupsCodec, { groupsNames: [group] });
    await talk.ask('leave', leaveGroupCodec, { groupId: group, members: [{ memberId }] });
    await talk.ask('empty', deleteGroupsCodec, { groupsNames: [group] });
    await talk.ask('again', deleteGroupsCodec, { groupsNames: [group] });
  },
  'a group of offsets only': async talk => {
    const group = talk.name('group');
    const { name } = await talk.topic('heroes');
    const partitions = [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }];
    await talk.ask('commit', offsetCommitCodec, { groupId: group, memberId: '', topics: [{ name, partitions }] });
    await talk.ask('delete', deleteGroupsCodec, { groupsNames: [group] });
    await talk.ask('what is left', offsetFetchCodec, { groups: [{ groupId: group, topics: null }] });
  },
  'several and none': async talk => {
    await talk.ask('two', deleteGroupsCodec, { groupsNames: [talk.name('a'), talk.name('b')] });
    await talk.ask('none', deleteGroupsCodec, { groupsNames: [] });
    const one = talk.name('one');
    await talk.ask('one twice', deleteGroupsCodec, { groupsNames: [one, one] });
  },
});
