import { consumerGroupDescribeCodec } from '../../../src/protocol/generated/consumer-group-describe.js';
import { consumerGroupHeartbeatCodec } from '../../../src/protocol/generated/consumer-group-heartbeat.js';
import { consumerProtocolSubscriptionCodec } from '../../../src/protocol/generated/consumer-protocol-subscription.js';
import { describeGroupsCodec } from '../../../src/protocol/generated/describe-groups.js';
import {
  joinGroupCodec,
  type JoinGroupRequestInit,
  type JoinGroupResponse,
} from '../../../src/protocol/generated/join-group.js';
import { leaveGroupCodec } from '../../../src/protocol/generated/leave-group.js';
import { listGroupsCodec } from '../../../src/protocol/generated/list-groups.js';
import { offsetCommitCodec } from '../../../src/protocol/generated/offset-commit.js';
import { offsetFetchCodec } from '../../../src/protocol/generated/offset-fetch.js';
import { syncGroupCodec } from '../../../src/protocol/generated/sync-group.js';
import { Writer } from '../../../src/protocol/writer.js';
import { conversationsAbout, type Conversation } from '../conversation.js';
import type { Talk, TopicHandle } from '../talk.js';
import { TalkingMember, topicFor } from './consumer-group-talk.js';
import { heartbeat, join, joinRequest, protocol, syncRequest } from './group-talk.js';

/** What a consumer of the classic protocol says that it reads and owns. */
function reading(topic: string, owned: readonly number[] = [], version = 3): Buffer {
  const writer = new Writer(64);
  writer.int16(version);
  const ownedPartitions = owned.length === 0 ? [] : [{ topic, partitions: owned }];
  consumerProtocolSubscriptionCodec.write(writer, { topics: [topic], ownedPartitions }, version);
  return Buffer.concat(writer.finish());
}

/** What a classic leader assigns, in version 0. */
function assigned(topic: string, partitions: readonly number[], userData: Buffer | null = null): Buffer {
  const numbers = Buffer.concat(
    partitions.map(partition => {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(partition);
      return bytes;
    }),
  );
  const name = Buffer.from(topic);
  const end =
    userData === null
      ? Buffer.from('ffffffff', 'hex')
      : Buffer.concat([Buffer.from([0, 0, 0, userData.length]), userData]);
  return Buffer.concat([
    Buffer.from([0, 0, 0, 0, 0, 1, 0, name.length]),
    name,
    Buffer.from([0, 0, 0, partitions.length]),
    numbers,
    end,
  ]);
}

interface Scene {
  readonly talk: Talk;
  readonly group: string;
  readonly topic: TopicHandle;
  /** Owns these partitions of the topic, as a member of the consumer protocol says it. */
  owning(...partitions: number[]): { topicPartitions: { topicId: string; partitions: number[] }[] };
  described(step: string): Promise<void>;
}

async function sceneFor(talk: Talk, partitions = 2): Promise<Scene> {
  const topic = await topicFor(talk, partitions);
  const group = talk.name('group');
  return {
    talk,
    group,
    topic,
    owning: (...owned) => ({ topicPartitions: [{ topicId: topic.id, partitions: owned }] }),
    described: async step => {
      await talk.moment();
      await talk.ask(
        `${step}: described`,
        consumerGroupDescribeCodec,
        { groupIds: [group], includeAuthorizedOperations: false },
        { on: 'd' },
      );
      await talk.ask(`${step}: described as classic`, describeGroupsCodec, { groups: [group] }, { on: 'd' });
    },
  };
}

/** A classic group of one, which has all partitions of its topic. */
async function classicGroup(
  { talk, group, topic }: Scene,
  partitions: readonly number[],
  more: Partial<JoinGroupRequestInit> = {},
): Promise<JoinGroupResponse> {
  const member = await join(talk, 'a classic member', group, {
    protocols: [protocol('range', reading(topic.name))],
    ...more,
  });
  const assignments = [{ memberId: member.memberId, assignment: assigned(topic.name, partitions) }];
  const groupInstanceId = more.groupInstanceId ?? null;
  await talk.ask('its assignment', syncGroupCodec, syncRequest(group, member, { assignments, groupInstanceId }));
  return member;
}

/** The same member joins once more and fetches what it is assigned. */
async function joinAgain(
  { talk, group, topic }: Scene,
  step: string,
  { memberId }: { memberId: string },
  owned: readonly number[] = [],
): Promise<JoinGroupResponse> {
  const protocols = [protocol('range', reading(topic.name, owned))];
  const again = await talk.ask(step, joinGroupCodec, joinRequest(group, { memberId, protocols }));
  await talk.ask(`${step}, and syncs`, syncGroupCodec, syncRequest(group, again));
  return again;
}

type Script = (talk: Talk) => Promise<void>;

/** In the newest version of the heartbeat: it is the others' answers that matter. */
const scripts: Readonly<Record<string, Script>> = {
  'an upgrade, and back': async talk => {
    const scene = await sceneFor(talk);
    const { group, topic, owning, described } = scene;
    const classic = await classicGroup(scene, [0, 1]);
    const one = new TalkingMember(talk, group, talk.name('one'), 'b');
    await one.join('one joins', [topic.name]);
    await described('upgraded');
    await talk.ask('listed', listGroupsCodec, { typesFilter: ['consumer'], statesFilter: ['Empty'] });
    await heartbeat(talk, 'the classic one is told', group, classic);
    const again = await joinAgain(scene, 'it joins again', classic);
    await heartbeat(talk, 'with its old generation', group, classic);
    await heartbeat(talk, 'it goes on', group, again);
    await one.send('one takes over', owning());
    await described('stable');
    await one.send('one leaves', { memberEpoch: -1 });
    await described('downgraded');
    await heartbeat(talk, 'the classic one is told once more', group, again);
    const last = await talk.ask(
      'it joins the classic group',
      joinGroupCodec,
      joinRequest(group, { memberId: classic.memberId, protocols: [protocol('range', reading(topic.name))] }),
    );
    await heartbeat(talk, 'it goes on as before', group, last);
  },
  'commits and fetches of a classic member': async talk => {
    const scene = await sceneFor(talk);
    const { group, topic } = scene;
    const classic = await classicGroup(scene, [0, 1]);
    const one = new TalkingMember(talk, group, talk.name('one'), 'b');
    await one.join('one joins', [topic.name]);
    const commit = async (step: string, more: object, version?: number): Promise<void> => {
      const request = {
        groupId: group,
        memberId: classic.memberId,
        generationIdOrMemberEpoch: 1,
        topics: [{ name: topic.name, partitions: [{ partitionIndex: 0, committedOffset: 0n, committedMetadata: '' }] }],
        ...more,
      };
      await talk.ask(step, offsetCommitCodec, request, version === undefined ? {} : { version });
    };
    await commit('commits', {}, 9);
    await commit('in an old version', {}, 7);
    await commit('with another generation', { generationIdOrMemberEpoch: 2 }, 9);
    await commit('with another generation in an old version', { generationIdOrMemberEpoch: 2 }, 7);
    await commit('nobody', { memberId: 'nobody' }, 9);
    await commit('without a member', { memberId: '', generationIdOrMemberEpoch: -1 }, 9);
    const fetch = (memberEpoch: number) => ({
      groups: [{ groupId: group, memberId: classic.memberId, memberEpoch, topics: null }],
    });
    await talk.ask('fetches', offsetFetchCodec, fetch(1), { version: 9 });
    await talk.ask('fetches with another epoch', offsetFetchCodec, fetch(2), { version: 9 });
  },
  'a classic member joins a consumer group': async talk => {
    const scene = await sceneFor(talk);
    const { group, topic, owning, described } = scene;
    const one = new TalkingMember(talk, group, talk.name('one'), 'b');
    await one.join('one joins', [topic.name]);
    await one.send('one has both', owning(0, 1));
    const protocols = [protocol('range', reading(topic.name))];
    const classic = await join(talk, 'a classic member joins', group, { protocols });
    await talk.ask('it syncs', syncGroupCodec, syncRequest(group, classic));
    await described('waiting');
    await heartbeat(talk, 'it waits', group, classic);
    await one.send('one is told', owning(0, 1));
    await one.send('one has given up', owning(0));
    await heartbeat(talk, 'what it waits for is free', group, classic);
    const again = await joinAgain(scene, 'it joins again', classic);
    await heartbeat(talk, 'it goes on', group, again);
    await joinAgain(scene, 'it joins again without a need', classic, [1]);
    await described('shared');
    await talk.ask('it leaves', leaveGroupCodec, { groupId: group, members: [{ memberId: classic.memberId }] });
    await one.send('one gets it back', owning(0));
  },
  'a classic member gives up partitions one rebalance before it gets others': async talk => {
    const scene = await sceneFor(talk, 3);
    const { group, topic, owning, described } = scene;
    const classic = await classicGroup(scene, [0, 1, 2]);
    const one = new TalkingMember(talk, group, talk.name('one'), 'b');
    await one.join('one joins', [topic.name]);
    const again = await joinAgain(scene, 'it still owns all', classic, [0, 1, 2]);
    await described('unrevoked');
    await heartbeat(talk, 'it is to give up', group, again);
    await joinAgain(scene, 'it owns all even now', classic, [0, 1, 2]);
    const given = await joinAgain(scene, 'it has given up', classic, [0, 1]);
    await heartbeat(talk, 'it goes on', group, given);
    await one.send('one takes over', owning());
    await described('stable');
  },
  'two classic members and one of the new protocol': async talk => {
    const scene = await sceneFor(talk, 3);
    const { group, topic } = scene;
    const first = await classicGroup(scene, [0, 1, 2]);
    const protocols = [protocol('range', reading(topic.name))];
    const refused = await talk.ask('a second joins', joinGroupCodec, joinRequest(group, { protocols }), { on: 'c' });
    const parked = await talk.begin(
      'a second joins with its id',
      joinGroupCodec,
      joinRequest(group, { protocols, memberId: refused.memberId }),
      { on: 'c' },
    );
    await parked.observeParked();
    const one = new TalkingMember(talk, group, talk.name('one'), 'b');
    await one.join('one joins', [topic.name]);
    await parked.answer();
    await heartbeat(talk, 'the first is told', group, first);
    await talk.ask('the last of the new protocol is removed', leaveGroupCodec, {
      groupId: group,
      members: [{ memberId: one.memberId }],
    });
    await talk.moment();
    await talk.ask('listed', listGroupsCodec, { typesFilter: ['consumer'], statesFilter: ['PreparingRebalance'] });
    await heartbeat(talk, 'the first is told again', group, first);
  },
  'static members change places': async talk => {
    const scene = await sceneFor(talk);
    const { group, topic, owning, described } = scene;
    const groupInstanceId = 'instance';
    const classic = await classicGroup(scene, [0, 1], { groupInstanceId });
    const one = new TalkingMember(talk, group, talk.name('one'), 'b');
    await one.join('one takes the place', [topic.name], { instanceId: groupInstanceId });
    await described('upgraded');
    await one.send('one has both', { ...owning(0, 1), instanceId: groupInstanceId });
    await talk.askInVain('the old one is fenced', syncGroupCodec, syncRequest(group, classic, { groupInstanceId }));
    const protocols = [protocol('range', reading(topic.name))];
    const back = await join(talk, 'a classic one takes it back', group, { groupInstanceId, protocols });
    await talk.ask('it syncs', syncGroupCodec, syncRequest(group, back, { groupInstanceId }));
    await described('downgraded');
    await heartbeat(talk, 'it goes on', group, back, { groupInstanceId });
    await one.send('one is unknown', { memberEpoch: 2, instanceId: groupInstanceId });
  },
  'a static member changes its subscription with its protocol': async talk => {
    const scene = await sceneFor(talk);
    const { group, topic, owning } = scene;
    const other = await talk.topic('villains', 1);
    await talk.moment();
    const groupInstanceId = 'instance';
    const one = new TalkingMember(talk, group, talk.name('one'), 'b');
    await one.join('one joins', [topic.name], { instanceId: groupInstanceId });
    await one.send('one has both', { ...owning(0, 1), instanceId: groupInstanceId });
    const protocols = [protocol('range', reading(other.name))];
    const back = await join(talk, 'a classic one reads something else', group, { groupInstanceId, protocols });
    await heartbeat(talk, 'it is told to join again', group, back, { groupInstanceId });
  },
  'what a classic member may not say': async talk => {
    const scene = await sceneFor(talk);
    const { group, topic } = scene;
    const classic = await classicGroup(scene, [0, 1]);
    const one = new TalkingMember(talk, group, talk.name('one'), 'b');
    await one.join('one joins', [topic.name]);
    const on = { on: 'c' };
    const joins = (step: string, more: Partial<JoinGroupRequestInit>): Promise<unknown> =>
      talk.ask(
        step,
        joinGroupCodec,
        joinRequest(group, { protocols: [protocol('range', reading(topic.name))], ...more }),
        on,
      );
    await joins('another type', { protocolType: 'connect' });
    await joins('another protocol', { protocols: [protocol('sticky', reading(topic.name))] });
    await joins('no protocol', { protocols: [] });
    await joins('an unknown instance with an id', { memberId: 'nobody', groupInstanceId: 'nobody' });
    const syncs = (step: string, more: object): Promise<unknown> =>
      talk.ask(step, syncGroupCodec, syncRequest(group, classic, more), on);
    await syncs('syncs while all rebalance', {});
    await syncs('another generation', { generationId: 7 });
    await syncs('a stranger', { memberId: 'nobody' });
    await syncs('one, who speaks the other protocol', { memberId: one.memberId, generationId: 2 });
    const again = await joinAgain(scene, 'joins again', classic);
    await talk.ask('another protocol type', syncGroupCodec, syncRequest(group, again, { protocolType: 'connect' }), on);
    await talk.ask('another protocol name', syncGroupCodec, syncRequest(group, again, { protocolName: 'sticky' }), on);
    await talk.ask(
      'neither',
      syncGroupCodec,
      syncRequest(group, again, { protocolType: null, protocolName: null }),
      on,
    );
    await heartbeat(talk, 'one, by a classic heartbeat', group, { memberId: one.memberId, generationId: 2 });
    await heartbeat(talk, 'a stranger beats', group, { memberId: 'nobody', generationId: 2 });
    await joins('a stranger with an id of its own', { memberId: 'stranger' });
  },
  'groups that cannot be upgraded': async talk => {
    const { name } = await topicFor(talk, 2);
    const refused = async (alias: string, assignment: Buffer, metadata = reading(name), protocolType = 'consumer') => {
      const group = talk.name(alias);
      const member = await join(talk, `${alias}: given a member`, group, {
        protocolType,
        protocols: [protocol('range', metadata)],
      });
      const assignments = [{ memberId: member.memberId, assignment }];
      await talk.ask(
        `${alias}: its assignment`,
        syncGroupCodec,
        syncRequest(group, member, { assignments, protocolType }),
      );
      await new TalkingMember(talk, group, talk.name('one'), 'b').join(`${alias}: one joins`, [name]);
      await heartbeat(talk, `${alias}: goes on`, group, member);
    };
    await refused('userdata', assigned(name, [0, 1], Buffer.from('mine')));
    await refused('emptyuserdata', assigned(name, [0, 1], Buffer.alloc(0)));
    await refused('brokenassignment', Buffer.from([0, 0, 0, 0, 0, 9]));
    await refused('othertype', assigned(name, [0]), reading(name), 'connect');
    await refused('latersubscription', assigned(name, [0, 1]), reading(name, [], 3).fill(9, 1, 2));
  },
};

export const onlineMigrationConversations: Conversation[] = conversationsAbout(
  consumerGroupHeartbeatCodec,
  Object.fromEntries(Object.entries(scripts).map(([title, play]) => [title, { from: 1, play }])),
);
