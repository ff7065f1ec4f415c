import { beforeEach, describe, expect, it } from 'vitest';
import { ConsumerGround, GROUP } from './consumer/consumer-group.fixture.js';
import { TestCoordinator } from './group.fixture.js';

const MINUTE = 60_000;
const RETENTION = 60 * MINUTE;

describe('Committed offsets', () => {
  let coordinator: TestCoordinator;
  beforeEach(() => {
    coordinator = new TestCoordinator({ offsetsRetentionMs: RETENTION, offsetsRetentionCheckIntervalMs: MINUTE });
  });

  const committed = (topic = 'heroes'): bigint | undefined =>
    coordinator.groups.offsets.of('league')?.get(topic, 0)?.offset;
  const commitAsAdministrator = (expiresAt?: number): void => {
    const identity = { groupId: 'league', memberId: '', groupInstanceId: null, generationId: -1 };
    expect(coordinator.groups.offsets.beginCommit(identity, 22)).toBe(0);
    coordinator.groups.offsets.commit('league', 'heroes', 0, { offset: 4n, leaderEpoch: -1, metadata: '', expiresAt });
  };

  it('stay as long as the group has a member that reads the topic, however old they are', async () => {
    const hero = coordinator.client('hero');
    await coordinator.stabilise(hero);
    hero.commit(4n);
    for (let minute = 0; minute < 180; minute++) {
      for (let beat = 0; beat < 10; beat++) {
        coordinator.clock.advance(6_000);
        hero.heartbeat();
      }
    }
    expect(committed()).toBe(4n);
  });

  it('expire when the group has been empty for the retention time, and the group with them', async () => {
    const hero = coordinator.client('hero');
    await coordinator.stabilise(hero);
    hero.commit(4n);
    for (let beat = 0; beat < 600; beat++) {
      coordinator.clock.advance(6_000);
      hero.heartbeat();
    }
    hero.leave();
    coordinator.clock.advance(RETENTION - 2 * MINUTE);
    expect(committed()).toBe(4n);
    coordinator.clock.advance(3 * MINUTE);
    expect(coordinator.state).toBe('no group');
    expect(coordinator.clock.pendingTimers).toBe(0);
  });

  it('expire after the commit in a group that never had members', () => {
    commitAsAdministrator();
    coordinator.clock.advance(RETENTION - MINUTE);
    expect(committed()).toBe(4n);
    coordinator.clock.advance(2 * MINUTE);
    expect(coordinator.state).toBe('no group');
  });

  it('expire when the client said that they may (OffsetCommit v2-4)', () => {
    commitAsAdministrator(coordinator.clock.now() + 5 * MINUTE);
    coordinator.clock.advance(4 * MINUTE);
    expect(committed()).toBe(4n);
    coordinator.clock.advance(2 * MINUTE);
    expect(coordinator.state).toBe('no group');
  });

  it('of topics that the members of a consumer group do not read expire', () => {
    const ground = new ConsumerGround({
      offsetsRetentionMs: RETENTION,
      offsetsRetentionCheckIntervalMs: MINUTE,
      consumerSessionTimeoutMs: 10 * RETENTION,
    });
    ground.directory.set('heroes', 1);
    ground.member('one').join(['heroes']);
    for (const topic of ['heroes', 'villains']) {
      ground.groups.offsets.commit(GROUP, topic, 0, { offset: 4n, leaderEpoch: -1, metadata: '' });
    }
    ground.clock.advance(RETENTION + MINUTE);
    expect([...(ground.groups.offsets.of(GROUP)?.topics() ?? [])]).toEqual([['heroes', [0]]]);
  });
});
