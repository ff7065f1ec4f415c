import { expect, it } from 'vitest';
import { PartitionAssigners } from '../../src/assigners/index.js';
import { decodeSubscription } from '../../src/assigners/consumer-subscription.js';
import type { Consumer } from '../../src/consumer/consumer.js';
import { until, wait } from './ground.js';
import { numbers, type RuleContext } from './rule-context.js';

const COOPERATIVE = { partitionAssigners: [PartitionAssigners.cooperativeSticky] };
const MIXED = { partitionAssigners: [PartitionAssigners.cooperativeSticky, PartitionAssigners.roundRobin] };
/** Milliseconds that a partition which stays may stand still at most; a rebalance takes many times that. */
const LONGEST_GAP = 250;

interface Handled {
  readonly by: string;
  readonly id: string;
  readonly partition: number;
  readonly at: number;
}

const partitionsOf = (handled: readonly Handled[], by: string): number[] =>
  [...new Set(handled.filter(entry => entry.by === by).map(({ partition }) => partition))].sort();

/** Incremental rebalances (KIP-429). */
export function cooperativeRules(context: RuleContext): void {
  async function setUp(): Promise<{
    handled: Handled[];
    member(by: string, config: object): Promise<Consumer>;
  }> {
    const topic = await context.ground.topic(4);
    const groupId = context.ground.name('group');
    for (const partition of [0, 1, 2, 3]) {
      await context.ground.produce(topic, partition, numbers(150));
    }
    const handled: Handled[] = [];
    return {
      handled,
      member: (by, config) =>
        context.started(
          groupId,
          topic,
          async (value, partition) => {
            await wait(20);
            handled.push({ by, id: `${partition}/${value}`, partition, at: performance.now() });
          },
          config,
        ),
    };
  }

  it('moves only what has to move, handling the rest all the while, and nothing twice', async () => {
    const { handled, member } = await setUp();
    await member('first', COOPERATIVE);
    await until(() => handled.length > 20, 'the first member at work');
    const joinsAt = performance.now();
    const second = await member('second', COOPERATIVE);
    await until(() => handled.filter(({ by }) => by === 'second').length > 20, 'the second member takes part');
    const moved = partitionsOf(handled, 'second');
    expect(moved).toHaveLength(2);
    const leavesAt = performance.now();
    await second.disconnect();
    await until(() => handled.length >= 600, 'all messages', 25_000);
    await wait(300);
    expect(handled).toHaveLength(600);
    expect(new Set(handled.map(({ id }) => id)).size).toBe(600);
    const kept = [0, 1, 2, 3].filter(partition => !moved.includes(partition));
    for (const partition of kept) {
      const times = handled.filter(entry => entry.partition === partition).map(({ at }) => at);
      const gaps = times
        .slice(1)
        .map((at, i) => ({ at, gap: at - (times[i] ?? at) }))
        .filter(({ at }) => at > joinsAt && at < leavesAt + 2_000);
      expect(Math.max(...gaps.map(({ gap }) => gap))).toBeLessThan(LONGEST_GAP);
      expect(
        partitionsOf(
          handled.filter(entry => entry.partition === partition),
          'second',
        ),
      ).toEqual([]);
    }
  }, 60_000);

  it('does not wait for a handler of a partition that it keeps', async () => {
    const blocked = Promise.withResolvers<void>();
    let block = false;
    const topic = await context.ground.topic(2);
    const groupId = context.ground.name('group');
    await context.ground.produce(topic, 0, numbers(50));
    await context.ground.produce(topic, 1, numbers(50));
    const byFirst: string[] = [];
    const bySecond: string[] = [];
    await context.started(
      groupId,
      topic,
      async (value, partition) => {
        await wait(10);
        if (block && partition === 0) {
          await blocked.promise;
          byFirst.push(value);
        }
      },
      COOPERATIVE,
    );
    block = true;
    await wait(50);
    try {
      await context.started(groupId, topic, value => void bySecond.push(value), COOPERATIVE);
      await until(
        () => bySecond.length > 0,
        'the other partition is handed over while the first one is blocked',
        5_000,
      );
      expect(byFirst).toEqual([]);
    } finally {
      blocked.resolve();
    }
  }, 60_000);

  it('is eager as soon as one of its assigners is, and then claims nothing', async () => {
    const { handled, member } = await setUp();
    const first = await member('first', MIXED);
    const rebalanced: string[] = [];
    await until(() => handled.length > 20, 'the first member at work');
    first.on(first.events.REBALANCING, () => rebalanced.push('first'));
    const second = await member('second', COOPERATIVE);
    await until(() => handled.filter(({ by }) => by === 'second').length > 20, 'the second member takes part');
    const { members, protocol } = await first.describeGroup();
    expect(protocol).toBe('cooperative-sticky');
    const claims = members.map(({ memberMetadata }) => Object.keys(decodeSubscription(memberMetadata).owned).length);
    expect(Math.min(...claims)).toBe(0);
    expect(rebalanced).not.toEqual([]);
    await second.disconnect();
    await until(() => handled.length >= 600, 'all messages', 25_000);
    await wait(300);
    expect(handled).toHaveLength(600);
    expect(new Set(handled.map(({ id }) => id)).size).toBe(600);
  }, 60_000);

  it('commits what it handled during a rebalance when it is stopped in it', async () => {
    const { handled, member } = await setUp();
    const first = await member('first', COOPERATIVE);
    await until(() => handled.length > 20, 'the first member at work');
    // Both at once: the first leaves while the coordinator waits for it to join anew.
    const joining = member('second', COOPERATIVE);
    await wait(30);
    await Promise.all([joining, first.disconnect()]);
    await until(() => handled.length >= 600, 'all messages', 25_000);
    await wait(300);
    expect(handled).toHaveLength(600);
    expect(new Set(handled.map(({ id }) => id)).size).toBe(600);
  }, 60_000);
}
