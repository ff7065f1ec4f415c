import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../protocol/errors.js';
import { TestCoordinator, settled, type TestClient } from './group.fixture.js';

describe('When a client is killed', () => {
  it('in the middle of its join, its promise settles and its place is freed by the session timeout', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.stabilise(batman);
    const parked = robin.joinWithId();
    robin.cutConnection();
    expect(await settled(parked)).toBeNull();
    const again = await batman.joined(batman.join());
    expect(again.members.map(member => member.memberId)).toEqual([batman.memberId, robin.memberId]);
    void batman.sync({});
    for (let beat = 0; beat < 2; beat++) {
      test.clock.advance(5_000);
      batman.heartbeat();
    }
    expect(test.state).toBe('PreparingRebalance');
    expect((await batman.joined(batman.join())).members.map(member => member.memberId)).toEqual([batman.memberId]);
  });

  it('and comes back on another connection, its former parked join makes way', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.stabilise(batman, robin);
    const former = batman.join();
    const retry = batman.reconnected().join();
    expect(await settled(former)).toMatchObject({ errorCode: ErrorCode.REBALANCE_IN_PROGRESS });
    await robin.joined(robin.join());
    expect(await settled(retry)).toMatchObject({ errorCode: 0, generationId: 2, leader: batman.memberId });
  });

  it('as leader before its sync, the others get a new leader after its session timeout', async () => {
    const test = new TestCoordinator();
    const [batman, robin, alfred] = [test.client('batman'), test.client('robin'), test.client('alfred')];
    await test.gather(batman, robin, alfred);
    const syncs = [robin.sync(), alfred.sync()];
    batman.cutConnection();
    test.clock.advance(10_000);
    for (const sync of syncs) expect(await settled(sync)).toMatchObject({ errorCode: ErrorCode.REBALANCE_IN_PROGRESS });
    const joins = [robin.join(), alfred.join()];
    const next = await robin.joined(joins[0] ?? Promise.resolve(null));
    expect(next).toMatchObject({ generationId: 2, leader: robin.memberId });
    expect(next.members).toHaveLength(2);
  });

  it('with its sync parked, the group goes on without noticing until the session timeout', async () => {
    const test = new TestCoordinator();
    const [batman, robin] = [test.client('batman'), test.client('robin')];
    await test.gather(batman, robin);
    const parked = robin.sync();
    robin.cutConnection();
    expect(await settled(parked)).toBeNull();
    expect(await settled(batman.sync({}))).toMatchObject({ errorCode: 0 });
    expect(test.state).toBe('Stable');
    test.clock.advance(5_000);
    batman.heartbeat();
    test.clock.advance(5_000);
    expect(test.state).toBe('PreparingRebalance');
  });

  it('before its join arrives, it never counts', async () => {
    const test = new TestCoordinator();
    const batman = test.client('batman');
    batman.cutConnection();
    const answer = batman.joinWithId();
    expect(await settled(answer)).toBeNull();
    test.clock.advance(0);
    test.clock.advance(10_000);
    expect(test.state).toBe('Empty');
    expect(test.clock.pendingTimers).toBe(0);
  });

  it('each time in a rolling restart, the group is stable again with the new members', async () => {
    const test = new TestCoordinator();
    let members = ['a', 'b', 'c'].map(name => test.client(name));
    await test.stabilise(...members);
    for (const name of ['d', 'e', 'f']) {
      const rest = members.slice(0, -1);
      const oldest = members.at(-1);
      oldest?.leave();
      oldest?.cutConnection();
      members = [test.client(name), ...rest];
      const joins = members.map(member => member.joinWithId());
      const responses = await Promise.all(
        members.map((member, index) => member.joined(joins[index] ?? Promise.resolve(null))),
      );
      expect(new Set(responses.map(({ generationId, leader }) => `${generationId} ${leader}`)).size).toBe(1);
      await syncAll(members, responses[0]?.leader ?? '');
    }
    expect(test.state).toBe('Stable');
    expect(members.map(member => member.heartbeat())).toEqual([0, 0, 0]);
    expect(
      test.groups
        .describe('league')
        ?.members.map(member => member.clientId)
        .sort(),
    ).toEqual(['d', 'e', 'f']);
  });
});

describe('When the coordinator closes', () => {
  it('answers everything that is parked, stops all timers and refuses what comes later', async () => {
    const test = new TestCoordinator();
    const [batman, robin, alfred] = [test.client('batman'), test.client('robin'), test.client('alfred', 'static')];
    await test.gather(batman, robin);
    const sync = robin.sync();
    test.groups.close();
    const gone = { errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE };
    expect(await settled(sync)).toMatchObject(gone);
    expect(await settled(alfred.join())).toMatchObject(gone);
    expect(await settled(batman.sync())).toMatchObject(gone);
    expect(batman.heartbeat()).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    expect(batman.commit(1n)).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    expect(test.clock.pendingTimers).toBe(0);
    expect(() => test.groups.close()).not.toThrow();
  });

  it('in the join phase, parked joins are answered and ids handed out are forgotten', async () => {
    const test = new TestCoordinator({ initialRebalanceDelayMs: 1_000 });
    const join = test.client('batman', 'bat-1').join();
    await settled(test.client('robin').join());
    test.groups.close();
    expect(await settled(join)).toMatchObject({ errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE });
    expect(test.clock.pendingTimers).toBe(0);
  });
});

describe('Churn', () => {
  // A fixed sequence of pseudo-random steps: joins, leaves, kills, silence, in any order.
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('leaves no promise unsettled and no timer behind (seed %i)', async seed => {
    const test = new TestCoordinator();
    const random = pseudoRandom(seed);
    const clients: TestClient[] = [];
    const open: Promise<unknown>[] = [];
    for (let step = 0; step < 300; step++) {
      const client = clients[Math.floor(random() * clients.length)];
      const dice = random();
      if (client === undefined || dice < 0.15) {
        clients.push(test.client(`c${step}`, random() < 0.3 ? `i${Math.floor(random() * 4)}` : null));
      } else if (dice < 0.55) {
        open.push(follow(client));
      } else if (dice < 0.65) client.leave();
      else if (dice < 0.72) client.cutConnection();
      else if (dice < 0.9) client.heartbeat();
      else test.clock.advance(Math.floor(random() * 12_000));
      if (step % 10 === 0) await settled(Promise.resolve(null));
    }
    test.clock.advance(1_000_000);
    expect(['Empty', 'no group']).toContain(test.state);
    expect(await settled(Promise.all(open))).not.toBe('parked');
    expect(test.clock.pendingTimers).toBe(0);
  });
});

async function follow(client: TestClient): Promise<void> {
  const answer = await client.join();
  if (answer === null) return;
  client.memberId = answer.memberId;
  client.generationId = answer.generationId;
  if (answer.errorCode === ErrorCode.UNKNOWN_MEMBER_ID || answer.errorCode === ErrorCode.FENCED_INSTANCE_ID)
    client.memberId = '';
  if (answer.errorCode === 0) await client.sync({});
}

async function syncAll(members: readonly TestClient[], leader: string): Promise<void> {
  const syncs = members.filter(member => member.memberId !== leader).map(member => member.sync());
  syncs.push(...members.filter(member => member.memberId === leader).map(member => member.sync()));
  await Promise.all(syncs);
}

function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 0x1000000;
  };
}
