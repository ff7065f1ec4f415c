import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.js';
import { ConsumerGround, GROUP } from './consumer-group.fixture.js';

describe('A consumer group (KIP-848)', () => {
  it('gives a partition to nobody before its holder says that it has given it up', () => {
    const ground = new ConsumerGround();
    ground.directory.set('heroes', 4);
    const [one, two] = [ground.member('one'), ground.member('two')];
    one.join(['heroes']);
    two.join(['heroes']);
    expect(two.owned).toEqual([]);
    expect(ground.group.groupState).toBe('Reconciling');
    const told = one.beat({ topicPartitions: null });
    expect(told.memberEpoch).toBe(1);
    expect(one.owned).toHaveLength(2);
    two.beat();
    expect(two.owned).toEqual([]);
    one.beat();
    two.beat();
    expect([...one.owned, ...two.owned].sort()).toEqual(['HEROES-0', 'HEROES-1', 'HEROES-2', 'HEROES-3']);
    expect(ground.group).toMatchObject({ groupState: 'Stable', groupEpoch: 2, assignmentEpoch: 2 });
  });

  it('is left by a member that sends nothing for a session, whose partitions go to the others', () => {
    const ground = new ConsumerGround();
    ground.directory.set('heroes', 2);
    const [one, two] = [ground.member('one'), ground.member('two')];
    one.join(['heroes']);
    two.join(['heroes']);
    ground.settle(one, two);
    expect(one.owned).toHaveLength(1);
    ground.clock.advance(30_000);
    one.beat();
    ground.clock.advance(15_000);
    expect(ground.group.members.map(({ memberId }) => memberId)).toEqual(['one']);
    one.beat();
    expect(one.owned).toEqual(['HEROES-0', 'HEROES-1']);
    expect(two.beat().errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });

  it('has a session timeout and a heartbeat interval of its own, from the next heartbeat on', () => {
    const ground = new ConsumerGround();
    ground.directory.set('heroes', 1);
    const one = ground.member('one');
    expect(one.join(['heroes']).heartbeatIntervalMs).toBe(500);
    ground.times = { sessionTimeoutMs: 60_000, heartbeatIntervalMs: 6_000 };
    expect(one.beat().heartbeatIntervalMs).toBe(6_000);
    ground.clock.advance(59_999);
    expect(ground.group.members).toHaveLength(1);
    ground.clock.advance(1);
    expect(ground.group.members).toEqual([]);
  });

  it('is left by a member that does not give up its partitions within its rebalance timeout, alive as it is', () => {
    const ground = new ConsumerGround();
    ground.directory.set('heroes', 2);
    const [one, two] = [ground.member('one'), ground.member('two')];
    one.join(['heroes'], { rebalanceTimeoutMs: 60_000 });
    two.join(['heroes']);
    const holdsAll = { topicPartitions: [{ topicId: 'HEROES', partitions: [0, 1] }] };
    one.beat(holdsAll);
    for (let second = 0; second < 59; second += 10) {
      expect(one.beat(holdsAll).errorCode).toBe(ErrorCode.NONE);
      two.beat();
      ground.clock.advance(10_000);
    }
    expect(one.beat(holdsAll).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    two.beat();
    expect(two.owned).toEqual(['HEROES-0', 'HEROES-1']);
  });

  it('keeps the place of a static member that goes away and comes back under another id', () => {
    const ground = new ConsumerGround();
    ground.directory.set('heroes', 2);
    const [one, two] = [ground.member('one', 'first'), ground.member('two', 'second')];
    one.join(['heroes']);
    two.join(['heroes']);
    ground.settle(one, two);
    const { groupEpoch } = ground.group;
    const owned = two.owned;
    expect(two.leave(-2).errorCode).toBe(ErrorCode.NONE);
    const again = ground.member('again', 'second');
    again.join(['heroes']);
    expect(again.owned).toEqual(owned);
    expect(ground.group.groupEpoch).toBe(groupEpoch);
    expect(two.beat({ memberEpoch: groupEpoch }).errorCode).toBe(ErrorCode.FENCED_INSTANCE_ID);
  });

  it('gives up a static member that stays away for a session', () => {
    const ground = new ConsumerGround();
    ground.directory.set('heroes', 1);
    const one = ground.member('one', 'first');
    one.join(['heroes']);
    one.leave(-2);
    ground.clock.advance(45_000);
    expect(ground.group).toMatchObject({ groupState: 'Empty', members: [] });
  });

  it('follows topics that match its pattern as they come, grow and go', () => {
    const ground = new ConsumerGround();
    ground.directory.set('hero.kill', 1);
    ground.directory.set('villain', 1);
    const one = ground.member('one');
    one.join([], { subscribedTopicNames: null, subscribedTopicRegex: 'hero\\..*' });
    expect(one.owned).toEqual(['HERO.KILL-0']);
    ground.directory.set('hero.save', 1);
    one.beat();
    expect(one.owned).toEqual(['HERO.KILL-0', 'HERO.SAVE-0']);
    ground.directory.set('hero.save', 2);
    one.beat();
    expect(one.owned).toEqual(['HERO.KILL-0', 'HERO.SAVE-0', 'HERO.SAVE-1']);
    ground.directory.delete('hero.kill');
    one.beat();
    one.beat();
    expect(one.owned).toEqual(['HERO.SAVE-0', 'HERO.SAVE-1']);
    const { groupEpoch } = ground.group;
    ground.directory.set('villain', 5);
    one.beat();
    expect(ground.group.groupEpoch).toBe(groupEpoch);
  });

  it('changes nothing when it refuses a request', () => {
    const ground = new ConsumerGround();
    expect(ground.member('one').join([], { subscribedTopicNames: null, subscribedTopicRegex: '(' }).errorCode).toBe(
      ErrorCode.INVALID_REGULAR_EXPRESSION,
    );
    expect(ground.groups.has(GROUP)).toBe(false);
    expect(ground.clock.pendingTimers).toBe(0);
  });

  it('refuses members beyond its largest size, and groups beyond the broker’s', () => {
    const ground = new ConsumerGround({ maxGroupSize: 1, maxGroups: 1 });
    expect(ground.member('one').join(['heroes']).errorCode).toBe(ErrorCode.NONE);
    expect(ground.member('two').join(['heroes']).errorCode).toBe(ErrorCode.GROUP_MAX_SIZE_REACHED);
    expect(ground.member('one').join(['heroes'], { groupId: 'other' }).errorCode).toBe(
      ErrorCode.GROUP_MAX_SIZE_REACHED,
    );
  });

  it('refuses a member that says more about itself than is kept', () => {
    const ground = new ConsumerGround({ maxMemberStateBytes: 100 });
    expect(ground.member('one').join(['h'.repeat(200)]).errorCode).toBe(ErrorCode.UNKNOWN_SERVER_ERROR);
    expect(ground.groups.has(GROUP)).toBe(false);
  });

  it('has a whole session, and a whole rebalance timeout, from a coordinator that takes it over', () => {
    const ground = new ConsumerGround();
    ground.directory.set('heroes', 2);
    const one = ground.member('one');
    one.join(['heroes']);
    ground.clock.advance(40_000);
    ground.groups.handOver(() => true);
    ground.clock.advance(40_000);
    expect(one.beat().errorCode).toBe(ErrorCode.NONE);
  });

  it('leaves no timer when its members leave, and none when the coordinator closes', () => {
    const ground = new ConsumerGround();
    ground.directory.set('heroes', 2);
    const [one, two] = [ground.member('one'), ground.member('two')];
    one.join(['heroes']);
    two.join(['heroes']);
    one.beat({ topicPartitions: null });
    two.leave();
    one.leave();
    expect(ground.clock.pendingTimers).toBe(0);
    one.join(['heroes']);
    ground.groups.close();
    expect(ground.clock.pendingTimers).toBe(0);
    expect(one.beat().errorCode).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  });

  it('never has a partition with two members, however they come, go and lag behind', () => {
    const ground = new ConsumerGround();
    ground.directory.set('heroes', 7);
    ground.directory.set('villains', 3);
    let seed = 42;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const members = Array.from({ length: 5 }, (_, index) => ground.member(`member-${index}`));
    const present = new Set<(typeof members)[number]>();
    for (let step = 0; step < 2_000; step++) {
      const member = members[random(members.length)];
      if (member === undefined) continue;
      if (!present.has(member)) {
        member.epoch = 0;
        member.join(random(2) === 0 ? ['heroes'] : ['heroes', 'villains'], {
          serverAssignor: random(3) === 0 ? 'range' : 'uniform',
        });
        present.add(member);
      } else if (random(12) === 0) {
        member.leave();
        member.owned = [];
        present.delete(member);
      } else {
        expect(member.beat(random(3) === 0 ? { topicPartitions: null } : {}).errorCode).toBe(0);
      }
      const owned = [...present].flatMap(each => each.owned);
      // What a member was told to give up it gives up at once here; so nobody else may have it.
      expect(new Set(owned).size).toBe(owned.length);
    }
    for (const member of members.filter(each => !present.has(each))) {
      member.epoch = 0;
      member.join(['heroes', 'villains']);
    }
    ground.settle(...members);
    expect(ground.group.groupState).toBe('Stable');
    expect(members.flatMap(({ owned }) => owned)).toHaveLength(10);
  });
});
