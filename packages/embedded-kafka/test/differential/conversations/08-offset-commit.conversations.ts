import { offsetCommitCodec, type OffsetCommitRequestInit } from '../../../src/protocol/generated/offset-commit.js';
import { offsetFetchCodec } from '../../../src/protocol/generated/offset-fetch.js';
import { conversationsAbout } from '../conversation.js';
import type { Talk } from '../talk.js';
import { join, stableGroup } from './group-talk.js';

interface CommitChoices {
  readonly generationId?: number;
  readonly memberId?: string;
  readonly groupInstanceId?: string | null;
  readonly partition?: number;
  readonly offset?: bigint;
  readonly metadata?: string | null;
}

const commit = (groupId: string, name: string, choices: CommitChoices = {}): OffsetCommitRequestInit => ({
  groupId,
  generationIdOrMemberEpoch: choices.generationId ?? -1,
  memberId: choices.memberId ?? '',
  groupInstanceId: choices.groupInstanceId ?? null,
  topics: [
    {
      name,
      partitions: [
        {
          partitionIndex: choices.partition ?? 0,
          committedOffset: choices.offset ?? 7n,
          committedLeaderEpoch: 0,
          committedMetadata: choices.metadata === undefined ? 'note' : choices.metadata,
        },
      ],
    },
  ],
});

async function readBack(talk: Talk, groupId: string, step = 'what is committed'): Promise<void> {
  await talk.ask(step, offsetFetchCodec, { groups: [{ groupId, topics: null }] });
}

export const offsetCommitConversations = conversationsAbout(offsetCommitCodec, {
  'without a member': async talk => {
    const group = talk.name('group');
    const { name } = await talk.topic('heroes');
    await talk.ask('an offset', offsetCommitCodec, commit(group, name));
    await talk.ask('no metadata', offsetCommitCodec, commit(group, name, { metadata: null, offset: 8n }));
    await readBack(talk, group);
    await talk.ask('empty metadata', offsetCommitCodec, commit(group, name, { metadata: '' }));
    await talk.ask('a negative offset', offsetCommitCodec, commit(group, name, { offset: -1n }));
    await talk.ask('too much metadata', offsetCommitCodec, commit(group, name, { metadata: 'x'.repeat(5_000) }));
    await talk.ask('unknown topic', offsetCommitCodec, commit(group, talk.name('nowhere')));
    await talk.ask('unknown partition', offsetCommitCodec, commit(group, name, { partition: 9 }));
    await talk.ask('negative partition', offsetCommitCodec, commit(group, name, { partition: -1 }));
    await talk.ask('nothing', offsetCommitCodec, { groupId: group, memberId: '', topics: [] });
    await talk.ask('empty group', offsetCommitCodec, commit('', name));
    await readBack(talk, group, 'what is committed in the end');
  },
  'to a group that does not exist': async talk => {
    const group = talk.name('group');
    const { name } = await talk.topic('heroes');
    await talk.ask('with a generation', offsetCommitCodec, commit(group, name, { generationId: 1 }));
    await talk.ask('with a member', offsetCommitCodec, commit(group, name, { generationId: 1, memberId: 'nobody' }));
    await talk.ask('a member without generation', offsetCommitCodec, commit(group, name, { memberId: 'nobody' }));
  },
  'as a member': async talk => {
    const group = talk.name('group');
    const { name } = await talk.topic('heroes');
    const { memberId, generationId } = await stableGroup(talk, group);
    await talk.ask('right', offsetCommitCodec, commit(group, name, { memberId, generationId }));
    await talk.ask(
      'later generation',
      offsetCommitCodec,
      commit(group, name, { memberId, generationId: generationId + 1 }),
    );
    await talk.ask('unknown member', offsetCommitCodec, commit(group, name, { memberId: 'nobody', generationId }));
    await talk.ask('without a member', offsetCommitCodec, commit(group, name));
    await talk.ask(
      'unknown instance',
      offsetCommitCodec,
      commit(group, name, { memberId, generationId, groupInstanceId: 'two' }),
    );
    await talk.ask(
      'unknown member and topic',
      offsetCommitCodec,
      commit(group, talk.name('nowhere'), { memberId: 'nobody', generationId }),
    );
    await readBack(talk, group);
  },
  'during a rebalance': async talk => {
    const group = talk.name('group');
    const { name } = await talk.topic('heroes');
    const { memberId, generationId } = await join(talk, 'join', group);
    await talk.ask('before the assignment', offsetCommitCodec, commit(group, name, { memberId, generationId }));
    await talk.ask('without a member', offsetCommitCodec, commit(group, name));
  },
});
