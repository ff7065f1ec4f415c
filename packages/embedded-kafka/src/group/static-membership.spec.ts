import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../protocol/errors.js';
import { TestCoordinator, protocols, settled } from './group.fixture.js';

describe('A static member', () => {
  it('that was restarted gets its place back under a new id, and nobody else hears of it', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman', 'bat-1'), test.client('robin', 'bat-2')];
    await test.stabilise(batman, robin);
    const restarted = test.client('robin', 'bat-2');
    const back = await restarted.joined(restarted.join());
    expect(back).toMatchObject({
      errorCode: 0,
      generationId: 1,
      leader: batman.memberId,
      skipAssignment: false,
      members: [],
    });
    expect(back.memberId).not.toBe(robin.memberId);
    expect(test.state).toBe('Stable');
    expect(test.clock.pendingTimers).toBe(2);
    expect(batman.heartbeat()).toBe(0);
    expect(await settled(restarted.sync())).toMatchObject({ errorCode: 0, assignment: Buffer.from('robin') });
  });

  it('that was restarted as leader is told to skip the assignment, from version 9 on', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman', 'bat-1');
    await test.stabilise(batman);
    const restarted = test.client('batman', 'bat-1');
    const back = await restarted.joined(restarted.join({}, 9));
    expect(back).toMatchObject({
      leader: back.memberId,
      skipAssignment: true,
      members: [{ groupInstanceId: 'bat-1' }],
    });
  });

  it('that was restarted as leader does not learn that it leads before version 9, so that it assigns nothing', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman', 'bat-1');
    await test.stabilise(batman);
    const restarted = test.client('batman', 'bat-1');
    const back = await restarted.joined(restarted.join({}, 8));
    expect(back).toMatchObject({ leader: batman.memberId, skipAssignment: false, members: [] });
  });

  it('fences its former id everywhere', async () => {
    const test = new TestCoordinator();
    const [former, other] = [test.client('batman', 'bat-1'), test.client('robin')];
    await test.stabilise(former, other);
    await settled(test.client('batman', 'bat-1').join());
    const fenced = { errorCode: ErrorCode.FENCED_INSTANCE_ID };
    expect(former.heartbeat()).toBe(ErrorCode.FENCED_INSTANCE_ID);
    expect(former.commit(1n)).toBe(ErrorCode.FENCED_INSTANCE_ID);
    expect(former.leave()).toBe(ErrorCode.FENCED_INSTANCE_ID);
    expect(await settled(former.sync())).toMatchObject(fenced);
    expect(await settled(former.join())).toMatchObject({ ...fenced, memberId: former.memberId });
  });

  it('fences a join of its former id that is still parked', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman', 'bat-1'), test.client('robin', 'bat-2')];
    await test.stabilise(batman, robin);
    const parked = batman.join();
    const restarted = test.client('batman', 'bat-1').join();
    expect(await settled(parked)).toMatchObject({ errorCode: ErrorCode.FENCED_INSTANCE_ID, memberId: batman.memberId });
    expect(await settled(restarted)).toBe('parked');
    await robin.joined(robin.join());
    expect(await settled(restarted)).toMatchObject({ errorCode: 0, generationId: 2 });
  });

  it('that returns before the assignment makes the group rebalance, for the leader knows the former id', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman', 'bat-1'), test.client('robin', 'bat-2')];
    await test.gather(batman, robin);
    const parked = robin.sync();
    const restarted = test.client('robin', 'bat-2').join();
    expect(await settled(parked)).toMatchObject({ errorCode: ErrorCode.FENCED_INSTANCE_ID });
    expect(test.state).toBe('PreparingRebalance');
    await batman.joined(batman.join());
    expect(await settled(restarted)).toMatchObject({ errorCode: 0, generationId: 2 });
  });

  it('that returns with protocols that change the choice makes the group rebalance', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman', 'bat-1');
    const first = batman.join({ protocols: protocols('range', 'sticky') });
    test.clock.advance(0);
    await batman.joined(first);
    await batman.sync({});
    const restarted = test.client('batman', 'bat-1').join({ protocols: protocols('sticky', 'range') });
    expect(await settled(restarted)).toMatchObject({ generationId: 2, protocolName: 'sticky' });
    expect(test.state).toBe('CompletingRebalance');
  });

  it('keeps its place through a rebalance that it misses, until its session expires', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman', 'bat-1'), test.client('robin')];
    const answers = [batman.join({ sessionTimeoutMs: 200_000 }), robin.joinWithId({ sessionTimeoutMs: 200_000 })];
    test.clock.advance(0);
    await batman.joined(answers[0] ?? Promise.resolve(null));
    await robin.joined(answers[1] ?? Promise.resolve(null));
    await Promise.all([robin.sync(), batman.sync()]);

    const again = robin.join({ protocols: protocols('range', 'sticky') });
    test.clock.advance(60_000);
    const next = await robin.joined(again);
    expect(next).toMatchObject({ generationId: 2, leader: robin.memberId });
    expect(next.members.map(member => member.groupInstanceId)).toEqual(['bat-1', null]);
  });

  it('is removed by its session timeout like any other', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman', 'bat-1');
    await test.stabilise(batman);
    test.clock.advance(10_000);
    expect(test.state).toBe('Empty');
    expect(test.clock.pendingTimers).toBe(0);
  });

  it('that was restarted has a session of its own from then on', async () => {
    const test = new TestCoordinator();
    await test.stabilise(test.client('batman', 'bat-1'));
    test.clock.advance(9_000);
    const restarted = test.client('batman', 'bat-1');
    await restarted.joined(restarted.join());
    test.clock.advance(9_999);
    expect(test.state).toBe('Stable');
    test.clock.advance(1);
    expect(test.state).toBe('Empty');
  });

  it('that was restarted before its sync may still send it', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman', 'bat-1'), test.client('robin', 'bat-2')];
    await test.gather(batman, robin);
    await batman.sync({ [robin.memberId]: 'day' });
    const restarted = test.client('robin', 'bat-2');
    await restarted.joined(restarted.join());
    expect(await settled(restarted.sync())).toMatchObject({ assignment: Buffer.from('day') });
    for (let waited = 0; waited < 60_000; waited += 5_000) {
      test.clock.advance(5_000);
      expect([batman.heartbeat(), restarted.heartbeat()]).toEqual([0, 0]);
    }
  });

  it('that lost the lead by missing a rebalance does not get it back by itself', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman', 'bat-1'), test.client('robin')];
    await test.stabilise(batman, robin);
    const again = robin.join({ protocols: protocols('range', 'sticky') });
    for (let waited = 0; waited < 60_000; waited += 5_000) {
      batman.heartbeat();
      test.clock.advance(5_000);
    }
    expect(await robin.joined(again)).toMatchObject({ generationId: 2, leader: robin.memberId });
    const joins = [batman.join({ protocols: protocols('sticky', 'range') }), robin.join()];
    expect(await settled(joins[0] ?? Promise.resolve(null))).toMatchObject({ generationId: 3, leader: robin.memberId });
  });

  it('that nobody joins with keeps the group in its rebalance, one rebalance timeout after the other', async () => {
    const test = new TestCoordinator();
    const [batman, robin, alfred] = [test.client('batman', 'bat-1'), test.client('robin'), test.client('alfred')];
    await test.stabilise(batman, robin);
    robin.leave();
    const beat = (ms: number): void => {
      for (let waited = 0; waited < ms; waited += 5_000) {
        batman.heartbeat();
        test.clock.advance(5_000);
      }
    };
    beat(70_000);
    expect(test.state).toBe('PreparingRebalance');
    const newcomer = alfred.joinWithId();
    beat(45_000);
    expect(await settled(newcomer)).toBe('parked');
    beat(5_000);
    expect(await settled(newcomer)).toMatchObject({ generationId: 2, leader: alfred.memberId });
  });

  it('can be removed by its instance id alone', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman', 'bat-1'), test.client('robin')];
    await test.stabilise(batman, robin);
    const leaving = [
      { memberId: '', groupInstanceId: 'bat-1', reason: null },
      { memberId: '', groupInstanceId: 'joker', reason: null },
    ];
    expect(test.groups.leave('league', leaving).members).toEqual([
      { memberId: '', groupInstanceId: 'bat-1', errorCode: 0 },
      { memberId: '', groupInstanceId: 'joker', errorCode: ErrorCode.UNKNOWN_MEMBER_ID },
    ]);
    expect(test.state).toBe('PreparingRebalance');
    expect(batman.heartbeat()).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });
});
