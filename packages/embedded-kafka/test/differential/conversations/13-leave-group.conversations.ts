import { describeGroupsCodec } from '../../../src/protocol/generated/describe-groups.js';
import { leaveGroupCodec } from '../../../src/protocol/generated/leave-group.js';
import { conversationsAbout } from '../conversation.js';
import { heartbeat, stableGroup } from './group-talk.js';

const leave = (groupId: string, memberId: string, groupInstanceId: string | null = null) => ({
  groupId,
  memberId,
  members: [{ memberId, groupInstanceId, reason: 'done' }],
});

export const leaveGroupConversations = conversationsAbout(leaveGroupCodec, {
  'a member': async talk => {
    const group = talk.name('group');
    const member = await stableGroup(talk, group);
    await talk.ask('leave', leaveGroupCodec, leave(group, member.memberId));
    await talk.moment();
    await talk.ask('the group is empty', describeGroupsCodec, { groups: [group] });
    await heartbeat(talk, 'it is gone', group, member);
    await talk.ask('again', leaveGroupCodec, leave(group, member.memberId));
  },
  nobody: async talk => {
    const group = talk.name('group');
    await talk.ask('unknown group', leaveGroupCodec, leave(group, 'nobody'));
    await talk.ask('empty group', leaveGroupCodec, leave('', 'nobody'));
    await stableGroup(talk, group);
    await talk.ask('unknown member', leaveGroupCodec, leave(group, 'nobody'));
    await talk.ask('empty member', leaveGroupCodec, leave(group, ''));
  },
  'several and static members': {
    from: 3,
    play: async talk => {
      const group = talk.name('group');
      const { memberId } = await stableGroup(talk, group, { groupInstanceId: 'one' });
      await talk.ask('none', leaveGroupCodec, { groupId: group, members: [] });
      await talk.ask('with another id', leaveGroupCodec, leave(group, 'nobody', 'one'));
      await talk.ask('unknown instance', leaveGroupCodec, leave(group, memberId, 'two'));
      const members = [
        { memberId: 'nobody', groupInstanceId: null },
        { memberId: '', groupInstanceId: 'one' },
      ];
      await talk.ask('nobody, and by instance', leaveGroupCodec, { groupId: group, members });
    },
  },
});
