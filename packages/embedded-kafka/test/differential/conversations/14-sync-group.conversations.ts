import { syncGroupCodec } from '../../../src/protocol/generated/sync-group.js';
import { conversationsAbout } from '../conversation.js';
import { join, stableGroup, syncRequest } from './group-talk.js';

export const syncGroupConversations = conversationsAbout(syncGroupCodec, {
  'the leader': async talk => {
    const group = talk.name('group');
    const member = await join(talk, 'join', group);
    const assignments = [{ memberId: member.memberId, assignment: Buffer.from('all') }];
    await talk.ask('sync', syncGroupCodec, syncRequest(group, member, { assignments }));
    await talk.ask('again', syncGroupCodec, syncRequest(group, member));
  },
  'a leader that assigns nothing to itself': async talk => {
    const group = talk.name('group');
    const member = await join(talk, 'join', group);
    await talk.ask(
      'sync',
      syncGroupCodec,
      syncRequest(group, member, { assignments: [{ memberId: 'nobody', assignment: Buffer.from('x') }] }),
    );
  },
  'wrong in every way': async talk => {
    const group = talk.name('group');
    const { memberId, generationId } = await stableGroup(talk, group);
    const sync = (step: string, request: ReturnType<typeof syncRequest>) =>
      talk.askInVain(step, syncGroupCodec, request);
    await sync('unknown group', syncRequest(talk.name('nowhere'), { memberId, generationId }));
    await sync('empty group', syncRequest('', { memberId, generationId }));
    await sync('unknown member', syncRequest(group, { memberId: 'nobody', generationId }));
    await sync('empty member', syncRequest(group, { memberId: '', generationId }));
    await sync('later generation', syncRequest(group, { memberId, generationId: generationId + 1 }));
    await sync('generation -1', syncRequest(group, { memberId, generationId: -1 }));
    await sync('another protocol type', syncRequest(group, { memberId, generationId }, { protocolType: 'connect' }));
    await sync('another protocol', syncRequest(group, { memberId, generationId }, { protocolName: 'mine' }));
    await sync(
      'no protocol',
      syncRequest(group, { memberId, generationId }, { protocolType: null, protocolName: null }),
    );
    await sync('unknown instance', syncRequest(group, { memberId, generationId }, { groupInstanceId: 'two' }));
  },
  'a static member': {
    from: 3,
    play: async talk => {
      const group = talk.name('group');
      const member = await stableGroup(talk, group, { groupInstanceId: 'one' });
      await talk.askInVain('itself', syncGroupCodec, syncRequest(group, member, { groupInstanceId: 'one' }));
      await talk.askInVain(
        'with another id',
        syncGroupCodec,
        syncRequest(group, { ...member, memberId: 'nobody' }, { groupInstanceId: 'one' }),
      );
    },
  },
});
