import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../protocol/errors.js';
import { TestCoordinator, settled } from './group.fixture.js';

const nobody = { groupId: 'league', memberId: '', groupInstanceId: null, generationId: -1 };

describe('OffsetCommit', () => {
  it('is accepted from a member of the current generation', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    await test.stabilise(batman);
    expect(batman.commit(42n)).toBe(0);
    expect(test.groups.offsets.of('league')?.get('heroes', 0)).toEqual({ offset: 42n, leaderEpoch: -1, metadata: '' });
  });

  it('is refused from strangers and other generations', async () => {
    const test = new TestCoordinator();
    const [batman, joker] = [test.client('batman'), test.client('joker')];
    await test.stabilise(batman);
    expect(batman.commit(1n, 0)).toBe(ErrorCode.ILLEGAL_GENERATION);
    expect(batman.commit(1n, 2)).toBe(ErrorCode.ILLEGAL_GENERATION);
    joker.memberId = 'joker';
    expect(joker.commit(1n, 1)).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect(test.groups.offsets.of('league')?.size).toBe(0);
  });

  it('is accepted while the group prepares a rebalance, so that members can flush before they give up partitions', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.stabilise(batman, robin);
    void robin.join({ protocols: [{ name: 'range', metadata: Buffer.from('other') }] });
    expect(test.state).toBe('PreparingRebalance');
    expect(batman.commit(5n)).toBe(0);
  });

  it('is refused between the join and the sync phase', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    await test.gather(batman);
    expect(batman.commit(5n)).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
  });

  it('without a member is accepted while the group is empty or does not exist yet', async () => {
    const test = new TestCoordinator();
    expect(test.groups.offsets.beginCommit(nobody, ErrorCode.GROUP_ID_NOT_FOUND)).toBe(0);
    expect(test.groups.list()).toEqual([
      { groupId: 'league', protocolType: '', groupState: 'Empty', groupType: 'classic' },
    ]);
    await test.stabilise(test.client('batman'));
    expect(test.groups.offsets.beginCommit(nobody, ErrorCode.GROUP_ID_NOT_FOUND)).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });

  it('with a generation does not create a group', () => {
    const test = new TestCoordinator();
    const member = { ...nobody, memberId: 'batman', generationId: 3 };
    expect(test.groups.offsets.beginCommit(member, ErrorCode.GROUP_ID_NOT_FOUND)).toBe(ErrorCode.GROUP_ID_NOT_FOUND);
    expect(test.groups.list()).toEqual([]);
  });

  it('keeps leader epoch and metadata as sent, and refuses metadata that is too long', () => {
    const test = new TestCoordinator({ maxOffsetMetadataSize: 5 });
    test.groups.offsets.beginCommit(nobody, 0);
    const commit = (metadata: string): number => {
      return test.groups.offsets.commit('league', 'heroes', 1, { offset: 9n, leaderEpoch: 4, metadata });
    };
    expect(commit('12345')).toBe(0);
    expect(commit('123456')).toBe(ErrorCode.OFFSET_METADATA_TOO_LARGE);
    expect(test.groups.offsets.of('league')?.get('heroes', 1)).toEqual({
      offset: 9n,
      leaderEpoch: 4,
      metadata: '12345',
    });
  });

  it('is bounded in partitions; those already there can always move on', () => {
    const test = new TestCoordinator({ maxOffsetsPerGroup: 2 });
    test.groups.offsets.beginCommit(nobody, 0);
    const commit = (partition: number, offset: bigint): number => {
      return test.groups.offsets.commit('league', 'heroes', partition, { offset, leaderEpoch: -1, metadata: '' });
    };
    expect([commit(0, 1n), commit(1, 1n), commit(2, 1n), commit(0, 2n)]).toEqual([
      0,
      0,
      ErrorCode.INVALID_COMMIT_OFFSET_SIZE,
      0,
    ]);
  });
});

describe('Committed offsets', () => {
  it('survive their members and are there for new ones', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    await test.stabilise(batman);
    batman.commit(42n);
    test.clock.advance(10_000);
    await test.stabilise(test.client('robin'));
    expect(test.groups.offsets.of('league')?.get('heroes', 0)?.offset).toBe(42n);
  });

  it('of a deleted topic are forgotten in all groups', () => {
    const test = new TestCoordinator();
    for (const groupId of ['one', 'two']) {
      test.groups.offsets.beginCommit({ ...nobody, groupId }, 0);
      for (const topic of ['heroes', 'villains']) {
        test.groups.offsets.commit(groupId, topic, 0, { offset: 1n, leaderEpoch: -1, metadata: '' });
      }
    }
    test.groups.offsets.forgetTopic('villains');
    for (const groupId of ['one', 'two']) {
      expect(test.groups.offsets.of(groupId)?.size).toBe(1);
      expect(test.groups.offsets.of(groupId)?.get('villains', 0)).toBeUndefined();
    }
  });

  it('are deleted unless a member reads the topic', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    await test.stabilise(batman);
    batman.commit(1n);
    expect(test.groups.offsets.beginDelete('league')).toBe(0);
    expect(test.groups.offsets.delete('league', 'heroes', 0)).toBe(ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC);
    expect(test.groups.offsets.delete('league', 'villains', 0)).toBe(0);
    batman.leave();
    expect(test.groups.offsets.delete('league', 'heroes', 0)).toBe(0);
    expect(test.groups.offsets.of('league')?.size).toBe(0);
  });

  it('of a group that is not of consumers are deleted only while it is empty', async () => {
    const test = new TestCoordinator();
    const worker = test.client('worker');
    const answer = worker.joinWithId({ protocolType: 'connect' });
    test.clock.advance(0);
    await worker.joined(answer);
    expect(test.groups.offsets.beginDelete('league')).toBe(ErrorCode.NON_EMPTY_GROUP);
    worker.leave();
    expect(test.groups.offsets.beginDelete('league')).toBe(0);
    expect(test.groups.offsets.beginDelete('nobody')).toBe(ErrorCode.GROUP_ID_NOT_FOUND);
    expect(test.groups.offsets.beginDelete('')).toBe(ErrorCode.INVALID_GROUP_ID);
  });

  it('of a topic cannot be deleted while members hide what they read', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    const answer = batman.joinWithId({ protocols: [{ name: 'range', metadata: Buffer.from([0, 0, 0, 9]) }] });
    test.clock.advance(0);
    await batman.joined(answer);
    expect(test.groups.offsets.delete('league', 'anything', 0)).toBe(ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC);
  });
});

describe('DeleteGroups', () => {
  it('deletes a group without members, with its offsets and the ids that it handed out', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.stabilise(batman);
    expect(test.groups.deleteGroup('league')).toBe(ErrorCode.NON_EMPTY_GROUP);
    batman.leave();
    await robin.joined(robin.join());
    expect(test.groups.deleteGroup('league')).toBe(0);
    expect(test.groups.deleteGroup('league')).toBe(ErrorCode.GROUP_ID_NOT_FOUND);
    expect(test.groups.offsets.of('league')).toBeUndefined();
    expect(await settled(robin.join())).toMatchObject({ errorCode: ErrorCode.UNKNOWN_MEMBER_ID });
    expect(test.clock.pendingTimers).toBe(0);
  });
});

describe('DescribeGroups', () => {
  it('shows protocol and metadata only while the group is stable', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    await test.gather(batman);
    const member = { memberId: batman.memberId, groupInstanceId: null, clientId: 'batman', clientHost: '/127.0.0.1' };
    expect(test.groups.describe('league')).toMatchObject({
      groupState: 'CompletingRebalance',
      protocolData: '',
      members: [{ ...member, memberMetadata: Buffer.alloc(0), memberAssignment: Buffer.alloc(0) }],
    });
    await batman.sync({ [batman.memberId]: 'night' });
    const description = test.groups.describe('league');
    expect(description).toMatchObject({ groupState: 'Stable', protocolType: 'consumer', protocolData: 'range' });
    expect(description?.members[0]?.memberMetadata.length).toBeGreaterThan(0);
    expect(String(description?.members[0]?.memberAssignment)).toBe('night');
    expect(test.groups.describe('nobody')).toBeUndefined();
  });
});
