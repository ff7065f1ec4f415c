import { describeGroupsCodec } from '../../../src/protocol/generated/describe-groups.js';
import { leaveGroupCodec } from '../../../src/protocol/generated/leave-group.js';
import { offsetCommitCodec } from '../../../src/protocol/generated/offset-commit.js';
import { conversationsAbout } from '../conversation.js';
import { join, stableGroup } from './group-talk.js';

export const describeGroupsConversations = conversationsAbout(describeGroupsCodec, {
  'in each state': async talk => {
    const group = talk.name('group');
    const ask = async (step: string) => {
      await talk.moment();
      await talk.ask(step, describeGroupsCodec, { groups: [group], includeAuthorizedOperations: true });
    };
    await ask('not there');
    const { memberId } = await join(talk, 'join', group);
    await ask('completing');
    await talk.ask('leave', leaveGroupCodec, { groupId: group, members: [{ memberId }] });
    await ask('empty');
  },
  'a stable group': async talk => {
    const group = talk.name('group');
    await stableGroup(talk, group, talk.version >= 4 ? { groupInstanceId: 'one' } : {});
    await talk.moment();
    await talk.ask('stable', describeGroupsCodec, { groups: [group] });
  },
  'a group of offsets only': async talk => {
    const group = talk.name('group');
    const { name } = await talk.topic('heroes');
    const partitions = [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }];
    await talk.ask('commit', offsetCommitCodec, { groupId: group, memberId: '', topics: [{ name, partitions }] });
    await talk.moment();
    await talk.ask('describe', describeGroupsCodec, { groups: [group] });
  },
  'several and none': async talk => {
    const [a, b] = [talk.name('a'), talk.name('b')];
    await talk.ask('two', describeGroupsCodec, { groups: [a, b] });
    await talk.ask('one twice', describeGroupsCodec, { groups: [a, a] });
    await talk.ask('none', describeGroupsCodec, { groups: [] });
  },
});
