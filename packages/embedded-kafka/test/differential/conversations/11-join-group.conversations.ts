import { describeGroupsCodec } from '../../../src/protocol/generated/describe-groups.js';
import { joinGroupCodec } from '../../../src/protocol/generated/join-group.js';
import { syncGroupCodec } from '../../../src/protocol/generated/sync-group.js';
import { conversationsAbout } from '../conversation.js';
import { heartbeat, join, joinRequest, protocol, stableGroup, subscription, syncRequest } from './group-talk.js';

export const joinGroupConversations = conversationsAbout(joinGroupCodec, {
  'one member': async talk => {
    const group = talk.name('group');
    const member = await join(talk, 'join', group);
    await talk.ask(
      'sync',
      syncGroupCodec,
      syncRequest(group, member, { assignments: [{ memberId: member.memberId, assignment: Buffer.from('all') }] }),
    );
    await heartbeat(talk, 'heartbeat', group, member);
    await talk.ask('join again, unchanged', joinGroupCodec, joinRequest(group, { memberId: member.memberId }));
  },
  'a member that changes its subscription': async talk => {
    const group = talk.name('group');
    const { memberId } = await stableGroup(talk, group);
    await talk.ask(
      'as leader',
      joinGroupCodec,
      joinRequest(group, { memberId, protocols: [protocol('range', subscription('villains'))] }),
    );
  },
  'a second member': async talk => {
    const group = talk.name('group');
    const first = await stableGroup(talk, group);
    let memberId = '';
    if (talk.version >= 4) ({ memberId } = await talk.ask('an id', joinGroupCodec, joinRequest(group), { on: 'b' }));
    const second = await talk.begin('second', joinGroupCodec, joinRequest(group, { memberId }), { on: 'b' });
    await second.observeParked();
    await heartbeat(talk, 'the first hears of it', group, first);
    const again = await talk.ask(
      'the first joins again',
      joinGroupCodec,
      joinRequest(group, { memberId: first.memberId }),
    );
    const joined = await second.answer();
    const parked = await talk.begin('the second syncs', syncGroupCodec, syncRequest(group, joined), { on: 'b' });
    await parked.observeParked();
    const assignments = [first, joined].map((member, index) => ({
      memberId: member.memberId,
      assignment: Buffer.from([index]),
    }));
    await talk.ask('the first syncs', syncGroupCodec, syncRequest(group, again, { assignments }));
    await parked.answer();
    await heartbeat(talk, 'heartbeat of the second', group, joined, { on: 'b' });
  },
  'invalid requests': async talk => {
    const group = talk.name('group');
    await talk.askInVain('empty group', joinGroupCodec, joinRequest(''));
    await talk.askInVain('session timeout of 1 ms', joinGroupCodec, joinRequest(group, { sessionTimeoutMs: 1 }));
    await talk.askInVain(
      'session timeout of an hour',
      joinGroupCodec,
      joinRequest(group, { sessionTimeoutMs: 3_600_000 }),
    );
    await talk.askInVain('no protocols', joinGroupCodec, joinRequest(group, { protocols: [] }));
    await talk.askInVain('empty protocol type', joinGroupCodec, joinRequest(group, { protocolType: '' }));
    await talk.askInVain(
      'unknown member of an unknown group',
      joinGroupCodec,
      joinRequest(group, { memberId: 'nobody' }),
    );
    await talk.moment();
    await talk.askInVain('whether the group was made', describeGroupsCodec, { groups: [group] });
  },
  'invalid requests to a group': async talk => {
    const group = talk.name('group');
    await stableGroup(talk, group);
    await talk.askInVain('unknown member', joinGroupCodec, joinRequest(group, { memberId: 'nobody' }), { on: 'b' });
    await talk.askInVain('another protocol type', joinGroupCodec, joinRequest(group, { protocolType: 'connect' }), {
      on: 'b',
    });
    await talk.askInVain('no common protocol', joinGroupCodec, joinRequest(group, { protocols: [protocol('mine')] }), {
      on: 'b',
    });
  },
  'metadata that is no subscription': async talk => {
    const member = await join(talk, 'join', talk.name('group'), {
      protocols: [protocol('range', Buffer.from('garbage'))],
    });
    await heartbeat(talk, 'heartbeat', talk.name('another'), member);
  },
  'a protocol type of its own': async talk => {
    const group = talk.name('group');
    const member = await join(talk, 'join', group, {
      protocolType: 'connect',
      protocols: [protocol('eager'), protocol('lazy')],
    });
    await talk.ask(
      'sync',
      syncGroupCodec,
      syncRequest(group, member, { protocolType: 'connect', protocolName: 'eager' }),
    );
  },
  'a static member': {
    from: 5,
    play: async talk => {
      const group = talk.name('group');
      const groupInstanceId = 'one';
      const { memberId, generationId } = await stableGroup(talk, group, { groupInstanceId });
      const restarted = await talk.ask('restarts', joinGroupCodec, joinRequest(group, { groupInstanceId }), {
        on: 'b',
      });
      await heartbeat(talk, 'the old one is fenced', group, { memberId, generationId }, { groupInstanceId });
      await heartbeat(talk, 'the new one is not', group, restarted, { groupInstanceId, on: 'b' });
      await talk.askInVain('the old one joins', joinGroupCodec, joinRequest(group, { groupInstanceId, memberId }));
      await talk.askInVain(
        'an unknown instance with an id',
        joinGroupCodec,
        joinRequest(group, { groupInstanceId: 'two', memberId: restarted.memberId }),
      );
    },
  },
  'a static member that restarts with another subscription': {
    from: 5,
    play: async talk => {
      const group = talk.name('group');
      const groupInstanceId = 'one';
      await stableGroup(talk, group, { groupInstanceId });
      const protocols = [protocol('range', subscription('villains'))];
      await talk.ask('restarts', joinGroupCodec, joinRequest(group, { groupInstanceId, protocols }), { on: 'b' });
    },
  },
});
