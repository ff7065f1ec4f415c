import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../protocol/errors.js';
import { TestCoordinator, settled } from './group.fixture.js';

const text = (answer: unknown): string => String((answer as { assignment: Buffer }).assignment);

describe('SyncGroup', () => {
  it('parks followers until the leader brings the assignment', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.gather(batman, robin);
    const follower = robin.sync();
    expect(await settled(follower)).toBe('parked');
    const leader = batman.sync({ [batman.memberId]: 'night', [robin.memberId]: 'day', stranger: 'nothing' });
    expect(text(await settled(leader))).toBe('night');
    expect(await settled(follower)).toMatchObject({ errorCode: 0, protocolType: 'consumer', protocolName: 'range' });
    expect(text(await settled(follower))).toBe('day');
    expect(test.state).toBe('Stable');
  });

  it('gives a member that the leader forgot an empty assignment', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.gather(batman, robin);
    void batman.sync({ [batman.memberId]: 'all' });
    expect(text(await settled(robin.sync()))).toBe('');
  });

  it('keeps its own copy of an assignment, not the frame of the leader', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    await test.gather(batman);
    const { memberId, generationId } = batman;
    const frame = Buffer.from('frame: night');
    await test.groups.sync(
      {
        groupId: 'league',
        memberId,
        generationId,
        groupInstanceId: null,
        protocolType: null,
        protocolName: null,
        assignments: [{ memberId, assignment: frame.subarray(7) }],
      },
      { clientId: 'batman', clientHost: '/127.0.0.1', signal: new AbortController().signal },
    );
    frame.fill(0);
    expect(text(await settled(batman.sync()))).toBe('night');
  });

  it('repeats the assignment in a stable group', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    await test.stabilise(batman);
    expect(text(await settled(batman.sync()))).toBe('batman');
  });

  it('refuses strangers, old generations and missing groups', async () => {
    const test = new TestCoordinator();
    const [batman, joker] = [test.client('batman'), test.client('joker')];
    expect(await settled(batman.sync())).toMatchObject({ errorCode: ErrorCode.UNKNOWN_MEMBER_ID });
    await test.stabilise(batman);
    joker.generationId = 1;
    joker.memberId = 'joker';
    expect(await settled(joker.sync())).toMatchObject({ errorCode: ErrorCode.UNKNOWN_MEMBER_ID });
    batman.generationId = 0;
    expect(await settled(batman.sync())).toMatchObject({ errorCode: ErrorCode.ILLEGAL_GENERATION });
  });

  it('refuses another protocol type or name than the group has', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    await test.gather(batman);
    const { memberId, generationId } = batman;
    const request = { groupId: 'league', memberId, generationId, groupInstanceId: null, assignments: [] };
    const client = { clientId: 'batman', clientHost: '/127.0.0.1', signal: new AbortController().signal };
    const wrong = { errorCode: ErrorCode.INCONSISTENT_GROUP_PROTOCOL };
    expect(test.groups.sync({ ...request, protocolType: 'connect', protocolName: 'range' }, client)).toMatchObject(
      wrong,
    );
    expect(test.groups.sync({ ...request, protocolType: 'consumer', protocolName: 'other' }, client)).toMatchObject(
      wrong,
    );
    const right = test.groups.sync({ ...request, protocolType: 'consumer', protocolName: 'range' }, client);
    expect(await settled(right)).toMatchObject({ errorCode: 0 });
  });

  it('sends parked followers back into a rebalance that starts meanwhile', async () => {
    const test = new TestCoordinator();
    const [batman, robin, alfred] = [test.client('batman'), test.client('robin'), test.client('alfred')];
    await test.gather(batman, robin);
    const follower = robin.sync();
    void alfred.joinWithId();
    expect(await settled(follower)).toMatchObject({ errorCode: ErrorCode.REBALANCE_IN_PROGRESS });
    expect(await settled(batman.sync())).toMatchObject({ errorCode: ErrorCode.REBALANCE_IN_PROGRESS });
  });

  it('removes members that never sync, after the rebalance timeout', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    const answers = [batman, robin].map(one =>
      one.joinWithId({ sessionTimeoutMs: 1_000_000, rebalanceTimeoutMs: 30_000 }),
    );
    test.clock.advance(0);
    await batman.joined(answers[0] ?? Promise.resolve(null));
    await robin.joined(answers[1] ?? Promise.resolve(null));
    void batman.sync({});
    expect(test.state).toBe('Stable');
    test.clock.advance(30_000);
    expect(test.state).toBe('PreparingRebalance');
    expect(robin.heartbeat()).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect(batman.heartbeat()).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
  });

  it('refuses an assignment that is too large to keep', async () => {
    const test = new TestCoordinator({ maxMemberStateBytes: 100 });
    const batman = test.client('batman');
    await test.gather(batman);
    const answer = await settled(batman.sync({ [batman.memberId]: 'x'.repeat(101) }));
    expect(answer).toMatchObject({ errorCode: ErrorCode.UNKNOWN_SERVER_ERROR });
  });
});
