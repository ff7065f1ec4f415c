import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../protocol/errors.js';
import { TestCoordinator, settled } from './group.fixture.js';

describe('LeaveGroup', () => {
  it('makes the others rebalance at once', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.stabilise(batman, robin);
    expect(batman.leave()).toBe(0);
    expect(robin.heartbeat()).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    expect(await settled(robin.join())).toMatchObject({ generationId: 2, leader: robin.memberId });
  });

  it('of the last member leaves the group empty, with its type and its offsets', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    await test.stabilise(batman);
    batman.commit(7n);
    batman.leave();
    expect(test.groups.describe('league')).toMatchObject({
      groupState: 'Empty',
      protocolType: 'consumer',
      members: [],
    });
    expect(test.groups.offsets.of('league')?.get('heroes', 0)?.offset).toBe(7n);
    // The one that looks for expired offsets.
    expect(test.clock.pendingTimers).toBe(1);
  });

  it('ends a rebalance that waited for the member', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.stabilise(batman, robin);
    const again = robin.join({ protocols: [{ name: 'range', metadata: Buffer.from('other') }] });
    expect(await settled(again)).toBe('parked');
    batman.leave();
    expect(await settled(again)).toMatchObject({ generationId: 2, leader: robin.memberId });
  });

  it('answers the requests that the member has parked', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.gather(batman, robin);
    const sync = robin.sync();
    robin.leave();
    expect(await settled(sync)).toMatchObject({ errorCode: ErrorCode.UNKNOWN_MEMBER_ID });
    const alfred = test.client('alfred');
    const join = alfred.joinWithId();
    expect(await settled(join)).toBe('parked');
    alfred.leave();
    expect(await settled(join)).toMatchObject({ errorCode: ErrorCode.UNKNOWN_MEMBER_ID, memberId: '' });
  });

  it('takes back an id that was handed out', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    await batman.joined(batman.join());
    expect(batman.leave()).toBe(0);
    expect(await settled(batman.join())).toMatchObject({ errorCode: ErrorCode.UNKNOWN_MEMBER_ID });
    expect(test.clock.pendingTimers).toBe(0);
  });

  it('answers for each member by itself', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    const leaving = [
      { memberId: 'joker', groupInstanceId: null, reason: 'ha' },
      { memberId: '', groupInstanceId: null, reason: null },
    ];
    const strangers = leaving.map(({ memberId, groupInstanceId }) => {
      return { memberId, groupInstanceId, errorCode: ErrorCode.UNKNOWN_MEMBER_ID };
    });
    expect(test.groups.leave('league', leaving)).toEqual({ errorCode: 0, members: strangers });
    await test.stabilise(batman);
    expect(test.groups.leave('league', leaving)).toEqual({ errorCode: 0, members: strangers });
    expect(test.groups.leave('', leaving)).toEqual({ errorCode: ErrorCode.INVALID_GROUP_ID, members: [] });
    expect(test.state).toBe('Stable');
  });
});
