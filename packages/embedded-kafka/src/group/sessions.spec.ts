import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../protocol/errors.js';
import { TestCoordinator, protocols, settled } from './group.fixture.js';

describe('Sessions', () => {
  it('last as long as heartbeats come', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    await test.stabilise(batman);
    expect(test.clock.pendingTimers).toBe(1);
    for (let beat = 0; beat < 5; beat++) {
      test.clock.advance(9_999);
      expect(batman.heartbeat()).toBe(0);
    }
    test.clock.advance(10_000);
    expect(batman.heartbeat()).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect(test.state).toBe('Empty');
    expect(test.clock.pendingTimers).toBe(0);
  });

  it('expire and make the others rebalance', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.stabilise(batman, robin);
    test.clock.advance(5_000);
    robin.heartbeat();
    test.clock.advance(5_000);
    expect(test.state).toBe('PreparingRebalance');
    expect(robin.heartbeat()).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    expect(await robin.joined(robin.join())).toMatchObject({ generationId: 2, leader: robin.memberId });
  });

  it('that expire during a rebalance no longer hold it up', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.stabilise(batman, robin);
    const again = batman.join();
    test.clock.advance(9_999);
    expect(await settled(again)).toBe('parked');
    test.clock.advance(1);
    expect(await settled(again)).toMatchObject({ generationId: 2, members: [{ memberId: batman.memberId }] });
  });

  it('do not expire while a join or a sync is parked', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.stabilise(batman, robin);
    const again = batman.join();
    for (let beat = 0; beat < 5; beat++) {
      test.clock.advance(9_000);
      expect(robin.heartbeat()).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    }
    await robin.joined(robin.join());
    await batman.joined(again);
    const sync = robin.sync();
    for (let beat = 0; beat < 5; beat++) {
      test.clock.advance(9_000);
      expect(batman.heartbeat()).toBe(0);
    }
    void batman.sync({});
    expect(await settled(sync)).toMatchObject({ errorCode: 0 });
    test.clock.advance(9_999);
    expect([batman.heartbeat(), test.state]).toEqual([0, 'Stable']);
    test.clock.advance(1);
    expect(robin.heartbeat()).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });

  it('of a new member start with the answer to its first join, which may take five minutes', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    const patient = { rebalanceTimeoutMs: 1_000_000 };
    const first = batman.joinWithId(patient);
    test.clock.advance(0);
    await batman.joined(first);
    await batman.sync({});
    const newcomer = robin.joinWithId(patient);
    for (let waited = 0; waited < 290_000; waited += 5_000) {
      test.clock.advance(5_000);
      batman.heartbeat();
    }
    expect(await settled(newcomer)).toBe('parked');
    test.clock.advance(5_000);
    batman.heartbeat();
    test.clock.advance(5_000);
    expect(await settled(newcomer)).toMatchObject({ errorCode: ErrorCode.UNKNOWN_MEMBER_ID });
  });

  it('are kept by commits, too', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    await test.stabilise(batman);
    for (let count = 0n; count < 5n; count++) {
      test.clock.advance(9_999);
      expect(batman.commit(count)).toBe(0);
    }
    expect(batman.heartbeat()).toBe(0);
  });

  it('count anew with a timeout that the member changes', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    await test.stabilise(batman);
    await batman.joined(batman.join({ sessionTimeoutMs: 100, protocols: protocols('range', 'sticky') }));
    await batman.sync({});
    test.clock.advance(100);
    expect(batman.heartbeat()).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });
});

describe('Heartbeat', () => {
  it('refuses old generations, strangers, missing groups and an empty group id', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    expect(batman.heartbeat()).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    await test.stabilise(batman);
    batman.generationId = 2;
    expect(batman.heartbeat()).toBe(ErrorCode.ILLEGAL_GENERATION);
    const stranger = { memberId: 'joker', generationId: 1, groupInstanceId: null };
    expect(test.groups.heartbeat({ groupId: 'league', ...stranger })).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect(test.groups.heartbeat({ groupId: '', ...stranger })).toBe(ErrorCode.INVALID_GROUP_ID);
  });

  it('is welcome between join and sync', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    await test.gather(batman);
    expect(batman.heartbeat()).toBe(0);
  });
});
