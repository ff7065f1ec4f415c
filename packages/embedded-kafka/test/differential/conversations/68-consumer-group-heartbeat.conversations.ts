import { consumerGroupDescribeCodec } from '../../../src/protocol/generated/consumer-group-describe.js';
import { consumerGroupHeartbeatCodec } from '../../../src/protocol/generated/consumer-group-heartbeat.js';
import { createPartitionsCodec } from '../../../src/protocol/generated/create-partitions.js';
import { createTopicsCodec } from '../../../src/protocol/generated/create-topics.js';
import { deleteGroupsCodec } from '../../../src/protocol/generated/delete-groups.js';
import { describeGroupsCodec } from '../../../src/protocol/generated/describe-groups.js';
import { leaveGroupCodec } from '../../../src/protocol/generated/leave-group.js';
import { listGroupsCodec } from '../../../src/protocol/generated/list-groups.js';
import { offsetCommitCodec } from '../../../src/protocol/generated/offset-commit.js';
import { offsetDeleteCodec } from '../../../src/protocol/generated/offset-delete.js';
import { offsetFetchCodec } from '../../../src/protocol/generated/offset-fetch.js';
import { conversationsAbout } from '../conversation.js';
import { TalkingMember, topicFor } from './consumer-group-talk.js';
import { heartbeat, join, joinRequest, protocol, stableGroup, syncRequest } from './group-talk.js';
import { joinGroupCodec } from '../../../src/protocol/generated/join-group.js';
import { syncGroupCodec } from '../../../src/protocol/generated/sync-group.js';

export const consumerGroupHeartbeatConversations = conversationsAbout(consumerGroupHeartbeatCodec, {
  'joining, staying, leaving': async talk => {
    const { name, id } = await topicFor(talk, 2);
    const one = new TalkingMember(talk, talk.name('group'), talk.name('one'));
    await one.join('joins', [name]);
    const owned = [{ topicId: id, partitions: [0, 1] }];
    await one.send('has taken over', { topicPartitions: owned });
    await one.send('stays');
    await one.send('says all again', {
      rebalanceTimeoutMs: 30_000,
      subscribedTopicNames: [name],
      topicPartitions: owned,
    });
    await one.send('says less', { subscribedTopicNames: [], topicPartitions: owned });
    await one.send('gives up', { topicPartitions: [] });
    await one.send('leaves', { memberEpoch: -1 });
    await one.send('after it has left', { memberEpoch: 2 });
    await one.send('leaves again', { memberEpoch: -1 });
    await one.join('joins again', [name]);
  },
  'without an id': async talk => {
    const { name } = await topicFor(talk, 1);
    const one = new TalkingMember(talk, talk.name('group'), '');
    await one.join('joins', [name]);
  },
  'a second member': async talk => {
    const { name, id } = await topicFor(talk, 2);
    const group = talk.name('group');
    const one = new TalkingMember(talk, group, talk.name('one'));
    const two = new TalkingMember(talk, group, talk.name('two'), 'b');
    await one.join('one joins', [name]);
    await one.send('one has both', { topicPartitions: [{ topicId: id, partitions: [0, 1] }] });
    await two.join('two joins', [name]);
    await two.send('two waits', { topicPartitions: [] });
    await one.send('one is told');
    await one.send('one has not given up yet', { topicPartitions: [{ topicId: id, partitions: [0, 1] }] });
    await two.send('two waits on', { topicPartitions: [] });
    await one.send('one has given up', { topicPartitions: [{ topicId: id, partitions: [0] }] });
    await two.send('two takes over');
    await two.send('two has taken over', { topicPartitions: [{ topicId: id, partitions: [1] }] });
    await two.send('two leaves', { memberEpoch: -1 });
    await one.send('one gets it back', { topicPartitions: [{ topicId: id, partitions: [0] }] });
  },
  'a member with another epoch': async talk => {
    const { name, id } = await topicFor(talk, 2);
    const group = talk.name('group');
    const one = new TalkingMember(talk, group, talk.name('one'));
    await one.join('joins', [name]);
    await one.send('ahead', { memberEpoch: 7 });
    await one.send('behind', {
      memberEpoch: 0,
      rebalanceTimeoutMs: 30_000,
      subscribedTopicNames: [name],
      topicPartitions: [],
    });
    await one.send('reads more', { subscribedTopicNames: [name, talk.name('nowhere')] });
    await one.send('missed an answer', { memberEpoch: 1, topicPartitions: [{ topicId: id, partitions: [0] }] });
    await one.send('missed an answer and owns too much', {
      memberEpoch: 1,
      topicPartitions: [{ topicId: id, partitions: [0, 5] }],
    });
    await one.send('missed an answer and says nothing', { memberEpoch: 1 });
    await one.send('stays', { memberEpoch: 2 });
    await one.join('joins over', [name]);
    await one.send('unknown', { memberId: talk.name('nobody'), memberEpoch: 1 });
    await one.send('unknown group', { groupId: talk.name('no-group'), memberEpoch: 1 });
    await one.send('leaves an unknown group', { groupId: talk.name('no-group-either'), memberEpoch: -1 });
  },
  'what nobody may send': async talk => {
    const member = new TalkingMember(talk, talk.name('group'), talk.name('one'));
    await member.join('no group', ['heroes'], { groupId: '' });
    await member.join('empty instance id', ['heroes'], { instanceId: '' });
    await member.join('empty rack', ['heroes'], { rackId: '' });
    await member.join('no rebalance timeout', ['heroes'], { rebalanceTimeoutMs: -1 });
    await member.join('no owned partitions', ['heroes'], { topicPartitions: null });
    await member.join('owned partitions', ['heroes'], {
      topicPartitions: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', partitions: [0] }],
    });
    await member.join('no subscription', [], { subscribedTopicNames: null });
    await member.join('an assignor that is not there', ['heroes'], { serverAssignor: 'sticky' });
    await member.send('an epoch that is none', { memberEpoch: -3 });
    await member.send('away without an instance id', { memberEpoch: -2 });
    await member.send('leaves without an id', { memberEpoch: -1, memberId: '' });
    await member.send('stays without an id', { memberEpoch: 1, memberId: '' });
    await member.join('reads nothing', []);
  },
  'patterns that are none': {
    from: 1,
    play: async talk => {
      const member = new TalkingMember(talk, talk.name('group'), talk.name('one'));
      for (const subscribedTopicRegex of ['[', '(', 'a**']) {
        await member.join(`joins with ${subscribedTopicRegex}`, [], {
          subscribedTopicNames: null,
          subscribedTopicRegex,
        });
      }
      await member.join('joins with an empty one', [], { subscribedTopicNames: null, subscribedTopicRegex: '' });
    },
  },
  'static members': async talk => {
    const { name, id } = await topicFor(talk, 2);
    const group = talk.name('group');
    const instanceId = 'i';
    const one = new TalkingMember(talk, group, talk.name('one'));
    const again = new TalkingMember(talk, group, talk.name('again'), 'b');
    await one.join('joins', [name], { instanceId });
    await again.join('another with the same instance id', [name], { instanceId });
    await one.send('stays', { instanceId, topicPartitions: [{ topicId: id, partitions: [0, 1] }] });
    await one.send('without its instance id');
    await one.send('with a wrong member id', { instanceId, memberId: again.memberId });
    await one.send('with an unknown instance id', { instanceId: 'unknown' });
    await one.send('is away', { instanceId, memberEpoch: -2 });
    await talk.moment();
    await talk.ask('while it is away', consumerGroupDescribeCodec, {
      groupIds: [group],
      includeAuthorizedOperations: false,
    });
    await one.send('stays although away', { instanceId, memberEpoch: 1 });
    await again.join('comes back', [name], { instanceId });
    await one.send('the old one', { instanceId, memberEpoch: 1 });
    await again.send('with a wrong id leaves', { instanceId, memberId: one.memberId, memberEpoch: -1 });
    await again.send('leaves', { instanceId, memberEpoch: -1 });
  },
  'range, by request': async talk => {
    const { name } = await topicFor(talk, 3);
    const group = talk.name('group');
    const [a, b] = [talk.name('one'), talk.name('two')];
    const one = new TalkingMember(talk, group, a);
    const two = new TalkingMember(talk, group, b, 'b');
    await one.join('one joins', [name], { serverAssignor: 'range' });
    await two.join('two joins', [name], { serverAssignor: 'range' });
    await one.send('one is told');
    await one.send('one has given up', { topicPartitions: [] });
    await two.send('two takes over');
    await talk.moment();
    await talk.ask('described', consumerGroupDescribeCodec, { groupIds: [group], includeAuthorizedOperations: false });
  },
  'topics that come and grow': async talk => {
    const name = talk.name('later');
    const one = new TalkingMember(talk, talk.name('group'), talk.name('one'));
    await one.join('joins', [name]);
    await talk.ask('given the topic', createTopicsCodec, {
      topics: [{ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
      timeoutMs: 10_000,
    });
    await talk.untilTopicServes(name, 1);
    await talk.moment();
    await one.send('the topic is there', { topicPartitions: [] });
    await talk.ask('given more partitions', createPartitionsCodec, {
      topics: [{ name, count: 2, assignments: null }],
      timeoutMs: 10_000,
      validateOnly: false,
    });
    await talk.untilTopicServes(name, 2);
    await talk.moment();
    await one.send('it has grown');
  },
  'commits and fetches': async talk => {
    const { name } = await topicFor(talk, 1);
    const group = talk.name('group');
    const one = new TalkingMember(talk, group, talk.name('one'));
    await one.join('joins', [name]);
    const topics = [{ name, partitions: [{ partitionIndex: 0, committedOffset: 3n, committedMetadata: 'm' }] }];
    const commit = (step: string, memberId: string, generationIdOrMemberEpoch: number, version = 9) =>
      talk.ask(step, offsetCommitCodec, { groupId: group, memberId, generationIdOrMemberEpoch, topics }, { version });
    await commit('commits', one.memberId, 1);
    await commit('commits with an old epoch', one.memberId, 0);
    await commit('commits with a new epoch', one.memberId, 5);
    await commit('commits without an epoch', one.memberId, -1);
    await commit('commits in an old version', one.memberId, 1, 8);
    await commit('commits in an old version with an old epoch', one.memberId, 0, 8);
    await commit('nobody commits', 'nobody', 1);
    await commit('an administrator commits', '', -1);
    const fetch = (step: string, memberId: string | null, memberEpoch: number) =>
      talk.ask(step, offsetFetchCodec, {
        groups: [{ groupId: group, memberId, memberEpoch, topics: [{ name, partitionIndexes: [0] }] }],
      });
    await talk.moment();
    await fetch('fetches', one.memberId, 1);
    await fetch('fetches with an old epoch', one.memberId, 0);
    await fetch('nobody fetches', 'nobody', 1);
    await fetch('an administrator fetches', null, -1);
    await fetch('an id without an epoch', one.memberId, -1);
    await fetch('an epoch without an id', null, 1);
    await one.send('leaves', { memberEpoch: -1 });
    await commit('an administrator commits to the empty group', '', -1);
    await commit('the member that left commits', one.memberId, 1);
  },
  'the other APIs about it': async talk => {
    const { name } = await topicFor(talk, 1);
    const group = talk.name('group');
    const one = new TalkingMember(talk, group, talk.name('one'));
    await one.join('joins', [name]);
    await talk.moment();
    await talk.ask('listed', listGroupsCodec, {});
    await talk.ask('listed by type', listGroupsCodec, { typesFilter: ['Consumer'] });
    await talk.ask('listed by state', listGroupsCodec, { statesFilter: ['stable'] });
    await talk.ask('described as a classic group', describeGroupsCodec, { groups: [group] });
    await talk.ask('described in version 5', describeGroupsCodec, { groups: [group] }, { version: 5 });
    await talk.ask('deleted', deleteGroupsCodec, { groupsNames: [group] });
    await talk.ask('an offset is deleted', offsetDeleteCodec, {
      groupId: group,
      topics: [{ name, partitions: [{ partitionIndex: 0 }] }],
    });
    await heartbeat(talk, 'classic heartbeat', group, { generationId: 1, memberId: one.memberId });
    await talk.ask('classic sync', syncGroupCodec, syncRequest(group, { generationId: 1, memberId: one.memberId }));
    await talk.ask('removed', leaveGroupCodec, {
      groupId: group,
      members: [{ memberId: one.memberId }, { memberId: 'nobody' }, { memberId: '', groupInstanceId: 'nobody' }],
    });
    await one.send('stays', { memberEpoch: 1 });
    await one.join('joins as a static member', [name], { instanceId: 'i' });
    await talk.ask('removed by its instance id', leaveGroupCodec, {
      groupId: group,
      members: [
        { memberId: 'other', groupInstanceId: 'i' },
        { memberId: '', groupInstanceId: 'i' },
      ],
    });
    await talk.moment();
    await talk.ask('listed when empty', listGroupsCodec, { typesFilter: ['consumer'] });
    await talk.ask('deleted when empty', deleteGroupsCodec, { groupsNames: [group] });
    await one.send('after that', { memberEpoch: 1 });
  },
  'groups of the other protocol': async talk => {
    const { name } = await topicFor(talk, 1);
    const [connect, empty, ours] = [talk.name('connect'), talk.name('empty'), talk.name('ours')];
    await stableGroup(talk, connect, { protocolType: 'connect' });
    const one = talk.name('one');
    await new TalkingMember(talk, connect, one, 'b').join('joins workers', [name]);
    await new TalkingMember(talk, connect, one, 'b').send('stays with workers', { memberEpoch: 1 });
    await talk.ask('given an offset', offsetCommitCodec, {
      groupId: empty,
      memberId: '',
      topics: [{ name, partitions: [{ partitionIndex: 0, committedOffset: 3n, committedMetadata: '' }] }],
    });
    await new TalkingMember(talk, empty, one, 'b').join('joins an empty group', [name]);
    await talk.moment();
    await talk.ask('its offsets', offsetFetchCodec, {
      groups: [{ groupId: empty, topics: [{ name, partitionIndexes: [0] }] }],
    });
    const member = new TalkingMember(talk, ours, one, 'b');
    await member.join('joins ours', [name]);
    const worker = joinRequest(ours, { protocolType: 'connect', protocols: [protocol('range')] });
    await talk.ask('a worker joins ours', joinGroupCodec, worker, { on: 'c' });
    await member.send('leaves ours', { memberEpoch: -1 });
    await join(talk, 'a classic consumer joins ours', ours, {}, 'c');
  },
  'a classic group that would be migrated': async talk => {
    const { name } = await topicFor(talk, 1);
    const group = talk.name('group');
    const member = await join(talk, 'given a member', group, { protocols: [protocol('range')] });
    const assignment = Buffer.from([0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    const assignments = [{ memberId: member.memberId, assignment }];
    await talk.ask('given its assignment', syncGroupCodec, syncRequest(group, member, { assignments }));
    await new TalkingMember(talk, group, talk.name('one'), 'b').join('a member of the new protocol joins', [name]);
  },
});
