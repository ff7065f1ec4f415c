import { beforeEach, describe, expect, it } from 'vitest';
import { ErrorCode } from '../protocol/errors.js';
import { ConsumerGround, GROUP } from './consumer/consumer-group.fixture.js';
import { writeAssignment } from './consumer/embedded-consumer-protocol.js';
import { settled, subscription, TestClient } from './group.fixture.js';

/*
 * The timers of groups that are migrated online, which cannot be waited for on Apache Kafka; what is answered is held against
 * Apache Kafka in test/differential (68-online-migration). Names in brackets: Kafka's GroupMetadataManagerTest.
 */
const SESSION_MS = 10_000;
const REBALANCE_MS = 60_000;
const CONSUMER_SESSION_MS = 45_000;

const protocols = [{ name: 'range', metadata: subscription('heroes') }];

describe('A group that is migrated between the protocols', () => {
  let ground: ConsumerGround;
  let classic: TestClient;

  beforeEach(() => {
    ground = new ConsumerGround();
    ground.directory.set('heroes', 4);
    classic = new TestClient(ground.groups, 'classic');
  });

  /** A classic group of one, which has all partitions. */
  async function classicGroup(): Promise<void> {
    const joining = classic.joinWithId({ protocols });
    ground.clock.advance(0);
    await classic.joined(joining);
    const all = new Map([['HEROES', new Set([0, 1, 2, 3])]]);
    ground.groups.sync(
      {
        groupId: GROUP,
        generationId: classic.generationId,
        memberId: classic.memberId,
        groupInstanceId: null,
        protocolType: 'consumer',
        protocolName: 'range',
        assignments: [{ memberId: classic.memberId, assignment: writeAssignment(all, ground.directory, 0) }],
      },
      { clientId: 'classic', clientHost: '/127.0.0.1', signal: new AbortController().signal },
    );
  }

  async function rejoin(): Promise<number> {
    return (await classic.joined(classic.join({ protocols }))).errorCode;
  }

  const state = (): string =>
    ground.groups.list().map(({ groupType, groupState }) => `${groupType} ${groupState}`)[0] ?? 'none';

  it('becomes a consumer group with the first member of the consumer protocol, and shares what there is', async () => {
    await classicGroup();
    const one = ground.member('one');
    expect(one.join(['heroes']).errorCode).toBe(ErrorCode.NONE);
    expect(state()).toBe('consumer Reconciling');
    expect(ground.group.members.map(({ memberType }) => memberType)).toEqual([0, 1]);
    expect(one.owned).toEqual([]);
    expect(classic.heartbeat()).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    expect(await rejoin()).toBe(ErrorCode.NONE);
    expect(await settled(classic.sync())).toMatchObject({ errorCode: ErrorCode.NONE, protocolType: 'consumer' });
    one.beat();
    expect(one.owned).toHaveLength(2);
    expect(classic.heartbeat()).toBe(ErrorCode.NONE);
    expect(state()).toBe('consumer Stable');
  });

  it('keeps the offsets through both migrations', async () => {
    await classicGroup();
    expect(classic.commit(7n)).toBe(ErrorCode.NONE);
    const one = ground.member('one');
    one.join(['heroes']);
    expect(ground.groups.offsets.of(GROUP)?.get('heroes', 0)?.offset).toBe(7n);
    one.leave();
    expect(state()).toBe('classic PreparingRebalance');
    expect(ground.groups.offsets.of(GROUP)?.get('heroes', 0)?.offset).toBe(7n);
  });

  it('tells who waits for a classic rebalance to join again when it becomes a consumer group', async () => {
    await classicGroup();
    const second = new TestClient(ground.groups, 'second');
    const parked = second.joinWithId({ protocols });
    expect(await settled(parked)).toBe('parked');
    ground.member('one').join(['heroes']);
    expect(await settled(parked)).toMatchObject({ errorCode: ErrorCode.REBALANCE_IN_PROGRESS });
  });

  it('stays a classic group if the one that would migrate it is refused', async () => {
    ground = new ConsumerGround({ maxGroupSize: 1 });
    ground.directory.set('heroes', 4);
    classic = new TestClient(ground.groups, 'classic');
    await classicGroup();
    expect(ground.member('one').join(['heroes']).errorCode).toBe(ErrorCode.GROUP_MAX_SIZE_REACHED);
    expect(state()).toBe('classic Stable');
    expect(classic.heartbeat()).toBe(ErrorCode.NONE);
    ground.clock.advance(SESSION_MS + 1);
    expect(state()).toBe('classic Empty');
  });

  // testConsumerGroupMemberUsingClassicProtocolFencedWhenSessionTimeout
  it('is left by a classic member that sends nothing for its own session', async () => {
    await classicGroup();
    const one = ground.member('one');
    one.join(['heroes']);
    ground.clock.advance(SESSION_MS - 1);
    expect(ground.group.members).toHaveLength(2);
    ground.clock.advance(1);
    expect(ground.group.members.map(({ memberId }) => memberId)).toEqual(['one']);
    one.beat();
    expect(one.owned).toHaveLength(4);
    expect(classic.heartbeat()).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });

  // testConsumerGroupMemberUsingClassicProtocolFencedWhenJoinTimeout
  it('is left by a classic member that does not join again within its rebalance timeout, alive as it is', async () => {
    await classicGroup();
    const one = ground.member('one');
    one.join(['heroes']);
    for (let ms = 0; ms < REBALANCE_MS; ms += SESSION_MS / 2) {
      expect(classic.heartbeat()).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
      one.beat();
      ground.clock.advance(SESSION_MS / 2);
    }
    expect(classic.heartbeat()).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    one.beat();
    expect(one.owned).toHaveLength(4);
  });

  // testConsumerGroupMemberUsingClassicProtocolFencedWhenSyncTimeout
  it('is left by a classic member that does not ask for its assignment within its rebalance timeout', async () => {
    await classicGroup();
    const one = ground.member('one');
    one.join(['heroes']);
    expect(await rejoin()).toBe(ErrorCode.NONE);
    for (let ms = 0; ms < REBALANCE_MS; ms += SESSION_MS / 2) {
      expect(classic.heartbeat()).toBe(ErrorCode.NONE);
      one.beat();
      ground.clock.advance(SESSION_MS / 2);
    }
    expect(classic.heartbeat()).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });

  // testLastConsumerProtocolMemberLeavingConsumerGroup
  it('becomes a classic group when its last member of the consumer protocol leaves', async () => {
    await classicGroup();
    const one = ground.member('one');
    one.join(['heroes']);
    await rejoin();
    one.leave();
    expect(state()).toBe('classic PreparingRebalance');
    expect(classic.heartbeat()).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    const epoch = classic.generationId;
    expect(await rejoin()).toBe(ErrorCode.NONE);
    expect(classic.generationId).toBe(epoch + 1);
    expect(state()).toBe('classic CompletingRebalance');
  });

  // testLastConsumerProtocolMemberSessionTimeoutInConsumerGroup
  it('becomes a classic group when its last member of the consumer protocol is not heard of', async () => {
    await classicGroup();
    ground.member('one').join(['heroes']);
    await rejoin();
    classic.sync();
    for (let ms = 0; ms < CONSUMER_SESSION_MS; ms += SESSION_MS / 2) {
      classic.heartbeat();
      ground.clock.advance(SESSION_MS / 2);
    }
    expect(state()).toBe('classic PreparingRebalance');
    expect(classic.heartbeat()).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
  });

  it('becomes a classic group only when all members of the consumer protocol are removed, several at a time', async () => {
    await classicGroup();
    const [one, two] = [ground.member('one'), ground.member('two')];
    one.join(['heroes']);
    two.join(['heroes']);
    const leaving = [one, two].map(({ memberId }) => ({ memberId, groupInstanceId: null, reason: null }));
    expect(ground.groups.leave(GROUP, leaving).members.map(({ errorCode }) => errorCode)).toEqual([0, 0]);
    expect(state()).toBe('classic PreparingRebalance');
  });

  it('ends as an empty group that either protocol may take when everybody has left', async () => {
    await classicGroup();
    const one = ground.member('one');
    one.join(['heroes']);
    expect(classic.leave()).toBe(ErrorCode.NONE);
    one.leave();
    expect(state()).toBe('consumer Empty');
    const other = new TestClient(ground.groups, 'other');
    other.joinWithId({ protocols });
    expect(state()).toMatch(/^classic/);
  });

  it('leaves no timer when the coordinator is closed', async () => {
    await classicGroup();
    ground.member('one').join(['heroes']);
    classic.heartbeat();
    await rejoin();
    ground.groups.close();
    expect(ground.clock.pendingTimers).toBe(0);
  });
});
