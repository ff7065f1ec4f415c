import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../protocol/errors.js';
import { TestCoordinator, protocols, settled } from './group.fixture.js';

describe('JoinGroup', () => {
  it('gives a new member its id first, from version 4 on', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    const first = await batman.joined(batman.join());
    expect(first).toMatchObject({ errorCode: ErrorCode.MEMBER_ID_REQUIRED, generationId: -1 });
    expect(first.memberId).toMatch(/^batman-[0-9a-f-]{36}$/);

    const second = batman.join();
    expect(await settled(second)).toBe('parked');
    test.clock.advance(0);
    expect(await settled(second)).toMatchObject({ errorCode: 0, generationId: 1, leader: first.memberId });
  });

  it('lets a new member in at once before version 4, and a static one in any version', async () => {
    const test = new TestCoordinator();
    const [old, fixed] = [test.client('old'), test.client('fixed', 'instance-1')];
    const answers = [old.join({}, 3), fixed.join({}, 9)];
    test.clock.advance(0);
    expect(await settled(answers[0])).toMatchObject({ errorCode: 0, generationId: 1 });
    expect((await fixed.joined(answers[1] ?? Promise.resolve(null))).memberId).toMatch(/^instance-1-/);
  });

  it('puts two members that join at once into one generation, and only the leader sees all', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    const [first, second] = await test.gather(batman, robin);
    expect(first).toMatchObject({ generationId: 1, protocolType: 'consumer', protocolName: 'range' });
    expect(second).toMatchObject({ generationId: 1, leader: batman.memberId, members: [] });
    expect(first?.members.map(member => member.memberId)).toEqual([batman.memberId, robin.memberId]);
  });

  it('waits the initial delay for members still to come, and longer while they come', async () => {
    const test = new TestCoordinator({ initialRebalanceDelayMs: 3_000 });
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    const first = batman.joinWithId();
    test.clock.advance(2_000);
    const second = robin.joinWithId();
    test.clock.advance(3_999);
    expect(await settled(first)).toBe('parked');
    test.clock.advance(1);
    expect(await settled(first)).toMatchObject({ generationId: 1 });
    expect(await settled(second)).toMatchObject({ generationId: 1 });
  });

  it('never delays an initial rebalance beyond the rebalance timeout', async () => {
    const test = new TestCoordinator({ initialRebalanceDelayMs: 3_000 });
    const first = test.client('first').joinWithId({ rebalanceTimeoutMs: 5_000 });
    for (const name of ['second', 'third', 'fourth']) {
      test.clock.advance(1_500);
      void test.client(name).joinWithId({ rebalanceTimeoutMs: 5_000 });
    }
    test.clock.advance(499);
    expect(await settled(first)).toBe('parked');
    test.clock.advance(1);
    expect(await settled(first)).toMatchObject({ generationId: 1 });
  });

  it.each([
    ['an empty group id', { groupId: '' }, ErrorCode.INVALID_GROUP_ID],
    ['a session timeout below the minimum', { sessionTimeoutMs: 9 }, ErrorCode.INVALID_SESSION_TIMEOUT],
    ['a session timeout above the maximum', { sessionTimeoutMs: 1_800_001 }, ErrorCode.INVALID_SESSION_TIMEOUT],
    ['no protocol at all', { protocols: [] }, ErrorCode.INCONSISTENT_GROUP_PROTOCOL],
    ['no protocol type', { protocolType: '' }, ErrorCode.INCONSISTENT_GROUP_PROTOCOL],
    ['an id in a group that does not exist', { memberId: 'joker' }, ErrorCode.UNKNOWN_MEMBER_ID],
  ])('refuses %s', async (_, changes, errorCode) => {
    const test = new TestCoordinator();
    expect(await settled(test.client('joker').join(changes))).toMatchObject({
      errorCode,
      generationId: -1,
      members: [],
    });
    expect(test.clock.pendingTimers).toBe(0);
  });

  it('accepts the bounds of the session timeout themselves', async () => {
    const test = new TestCoordinator();
    for (const sessionTimeoutMs of [10, 1_800_000]) {
      expect(await settled(test.client('batman').join({ sessionTimeoutMs }))).toMatchObject({
        errorCode: ErrorCode.MEMBER_ID_REQUIRED,
      });
    }
  });

  it('refuses an unknown member and one whose protocols nobody shares', async () => {
    const test = new TestCoordinator();
    await test.stabilise(test.client('batman'));
    const joker = test.client('joker');
    const inconsistent = { errorCode: ErrorCode.INCONSISTENT_GROUP_PROTOCOL };
    expect(await settled(joker.join({ memberId: 'joker' }))).toMatchObject({ errorCode: ErrorCode.UNKNOWN_MEMBER_ID });
    expect(await settled(joker.join({ protocolType: 'connect' }))).toMatchObject(inconsistent);
    expect(await settled(joker.join({ protocols: protocols('sticky') }))).toMatchObject(inconsistent);
    expect(test.state).toBe('Stable');
  });

  it('chooses the protocol that most members prefer among those that all support', async () => {
    const test = new TestCoordinator();
    const clients = ['a', 'b', 'c'].map(name => test.client(name));
    const wishes = [protocols('own', 'range', 'sticky'), protocols('sticky', 'range'), protocols('sticky', 'range')];
    const answers = clients.map((client, index) => client.joinWithId({ protocols: wishes[index] ?? [] }));
    test.clock.advance(0);
    for (const answer of answers) expect(await settled(answer)).toMatchObject({ errorCode: 0, protocolName: 'sticky' });
  });

  it('keeps the leader across a rebalance', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.stabilise(batman);
    const newcomer = robin.joinWithId();
    expect(test.state).toBe('PreparingRebalance');
    const again = await batman.joined(batman.join());
    expect(again).toMatchObject({ generationId: 2, leader: batman.memberId });
    expect(await settled(newcomer)).toMatchObject({ generationId: 2, leader: batman.memberId });
  });

  it('removes who has not joined again within the longest rebalance timeout of all members', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    const changes = { sessionTimeoutMs: 1_000_000 };
    const hasty = { ...changes, rebalanceTimeoutMs: 20_000 };
    const answers = [batman.joinWithId(changes), robin.joinWithId(hasty)];
    test.clock.advance(0);
    await batman.joined(answers[0] ?? Promise.resolve(null));
    await robin.joined(answers[1] ?? Promise.resolve(null));
    await Promise.all([robin.sync(), batman.sync()]);

    const again = robin.join({ ...hasty, protocols: protocols('range', 'sticky') });
    test.clock.advance(59_999);
    expect(await settled(again)).toBe('parked');
    test.clock.advance(1);
    expect(await settled(again)).toMatchObject({ generationId: 2, leader: robin.memberId });
    expect(batman.heartbeat()).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });

  it('answers an unchanged follower of a stable group with what it already has', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.stabilise(batman, robin);
    expect(await settled(robin.join())).toMatchObject({
      errorCode: 0,
      generationId: 1,
      leader: batman.memberId,
      members: [],
    });
    expect(test.state).toBe('Stable');
  });

  it.each([
    ['the leader joins again', 0, protocols('range')],
    ['a follower joins with other metadata', 1, protocols('range', 'sticky')],
  ])('rebalances when %s', async (_, index, wishes) => {
    const test = new TestCoordinator();
    const members = [test.client('batman'), test.client('robin')];
    await test.stabilise(...members);
    expect(await settled(members[index]?.join({ protocols: wishes }) ?? Promise.resolve(null))).toBe('parked');
    expect(test.state).toBe('PreparingRebalance');
  });

  it('repeats the answer to a member that missed it, as long as nobody has synced', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.gather(batman, robin);
    const repeated = await settled(batman.join());
    expect(repeated).toMatchObject({ generationId: 1, leader: batman.memberId });
    expect(repeated).toHaveProperty('members.length', 2);
    expect(test.state).toBe('CompletingRebalance');
  });

  it('waits for an id that it has handed out, but not for ever', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.stabilise(batman);
    await robin.joined(robin.join({ sessionTimeoutMs: 5_000 }));
    const again = batman.join();
    expect(await settled(again)).toBe('parked');
    test.clock.advance(5_000);
    expect(await settled(again)).toMatchObject({ generationId: 2 });
    expect(await settled(robin.join())).toMatchObject({ errorCode: ErrorCode.UNKNOWN_MEMBER_ID });
  });

  it('refuses members beyond the maximal size, and lets those inside stay', async () => {
    const test = new TestCoordinator({ maxGroupSize: 2 });
    const [batman, robin, alfred] = [test.client('batman'), test.client('robin'), test.client('alfred')];
    await test.stabilise(batman, robin);
    expect(await settled(alfred.join())).toMatchObject({ errorCode: ErrorCode.GROUP_MAX_SIZE_REACHED, memberId: '' });
    expect(await settled(robin.join())).toMatchObject({ errorCode: 0 });
  });

  it('counts ids handed out against the maximal size, so that asking for ids cannot fill the memory', async () => {
    const test = new TestCoordinator({ maxGroupSize: 2 });
    const clients = ['a', 'b', 'c'].map(name => test.client(name));
    const errors = [];
    for (const client of clients) errors.push((await client.joined(client.join())).errorCode);
    const { MEMBER_ID_REQUIRED, GROUP_MAX_SIZE_REACHED } = ErrorCode;
    expect(errors).toEqual([MEMBER_ID_REQUIRED, MEMBER_ID_REQUIRED, GROUP_MAX_SIZE_REACHED]);
  });

  it('refuses metadata that is too large to keep', async () => {
    const test = new TestCoordinator({ maxMemberStateBytes: 100 });
    const large = [{ name: 'range', metadata: Buffer.alloc(96) }];
    const answer = await settled(test.client('batman').join({ protocols: large }));
    expect(answer).toMatchObject({ errorCode: ErrorCode.UNKNOWN_SERVER_ERROR });
  });

  it('keeps its own copy of the metadata, not the frame that it came in', async () => {
    const test = new TestCoordinator();
    const frame = Buffer.alloc(1_000, 1);
    const batman = test.client('batman');
    const answer = batman.joinWithId({ protocols: [{ name: 'range', metadata: frame.subarray(10, 20) }] });
    test.clock.advance(0);
    frame.fill(2);
    expect((await batman.joined(answer)).members[0]?.metadata).toEqual(Buffer.alloc(10, 1));
  });
});
