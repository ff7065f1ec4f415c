import { heartbeatCodec } from '../../../src/protocol/generated/heartbeat.js';
import { conversationsAbout } from '../conversation.js';
import { heartbeat, join, stableGroup } from './group-talk.js';

export const heartbeatConversations = conversationsAbout(heartbeatCodec, {
  'right and wrong': async talk => {
    const group = talk.name('group');
    const { memberId, generationId } = await stableGroup(talk, group);
    await heartbeat(talk, 'right', group, { memberId, generationId });
    await heartbeat(talk, 'unknown group', talk.name('nowhere'), { memberId, generationId });
    await heartbeat(talk, 'empty group', '', { memberId, generationId });
    await heartbeat(talk, 'unknown member', group, { memberId: 'nobody', generationId });
    await heartbeat(talk, 'empty member', group, { memberId: '', generationId });
    await heartbeat(talk, 'later generation', group, { memberId, generationId: generationId + 1 });
    await heartbeat(talk, 'generation -1', group, { memberId, generationId: -1 });
  },
  'before the assignment': async talk => {
    const group = talk.name('group');
    await heartbeat(talk, 'early', group, await join(talk, 'join', group));
  },
  'a static member': {
    from: 3,
    play: async talk => {
      const group = talk.name('group');
      const { memberId, generationId } = await stableGroup(talk, group, { groupInstanceId: 'one' });
      await heartbeat(talk, 'itself', group, { memberId, generationId }, { groupInstanceId: 'one' });
      await heartbeat(talk, 'without its instance', group, { memberId, generationId });
      await heartbeat(talk, 'with another id', group, { memberId: 'nobody', generationId }, { groupInstanceId: 'one' });
      await heartbeat(talk, 'an unknown instance', group, { memberId, generationId }, { groupInstanceId: 'two' });
    },
  },
});
