import { expect, it } from 'vitest';
import { AssignerProtocol } from '../../src/assigners/index.js';
import { Cluster } from '../../src/cluster/cluster.js';
import { resolveClientConfig } from '../../src/config/client-config.js';
import type { Consumer } from '../../src/consumer/consumer.js';
import type { ConsumerConfig } from '../../src/consumer/consumer-types.js';
import { GroupCoordinator, UNCHANGED } from '../../src/consumer/group-coordinator.js';
import { until, wait } from './ground.js';
import { numbers, type RuleContext } from './rule-context.js';

/** Milliseconds that a partition which stays may stand still at most. */
const LONGEST_GAP = 250;

const assigned = (assignment: Buffer): number =>
  Object.values(AssignerProtocol.MemberAssignment.decode(assignment)?.assignment ?? {}).flat().length;

interface Handled {
  readonly by: string;
  readonly id: string;
  readonly partition: number;
  readonly at: number;
}

/**
 * What holds with the broker's group protocol (KIP-848).
 * @param messages of each partition: work for longer than the broker needs to hand partitions over
 */
export function consumerProtocolRules(context: RuleContext, messages: number): void {
  interface Group {
    readonly groupId: string;
    readonly topic: string;
    readonly handled: Handled[];
    join(by: string, config?: Partial<ConsumerConfig>): Promise<Consumer>;
  }

  async function group(partitions: number, count: number): Promise<Group> {
    const topic = await context.ground.topic(partitions);
    const groupId = context.ground.name('group');
    for (let partition = 0; partition < partitions; partition++) {
      await context.ground.produce(topic, partition, numbers(count));
    }
    const handled: Handled[] = [];
    return {
      groupId,
      topic,
      handled,
      join: async (by, config = {}) => {
        const consumer = context.ground.consumer({ groupId, groupProtocol: 'consumer', ...config });
        await consumer.connect();
        await consumer.subscribe({ topics: [topic], fromBeginning: true });
        await consumer.run({
          eachMessage: async ({ partition, message }) => {
            await wait(20);
            handled.push({ by, id: `${partition}/${String(message.value)}`, partition, at: performance.now() });
          },
        });
        return consumer;
      },
    };
  }

  it('moves only what has to move, handling the rest all the while, and nothing twice', async () => {
    const { handled, join, groupId, topic } = await group(4, messages);
    const by = (name: string): Handled[] => handled.filter(entry => entry.by === name);
    const first = await join('first');
    await until(() => handled.length > 20, 'the first member at work');
    const joinsAt = performance.now();
    const second = await join('second');
    await until(() => by('second').length > 20, 'the second member takes part', 25_000);
    const moved = new Set(by('second').map(({ partition }) => partition));
    await wait(1_000);
    const leavesAt = performance.now();
    await second.disconnect();
    await until(() => handled.length >= 4 * messages, 'all messages', 40_000);
    await wait(300);
    expect(handled).toHaveLength(4 * messages);
    expect(new Set(handled.map(({ id }) => id)).size).toBe(4 * messages);
    expect(moved.size).toBe(2);
    for (const partition of [0, 1, 2, 3].filter(candidate => !moved.has(candidate))) {
      const times = handled.filter(entry => entry.partition === partition && entry.at > joinsAt).map(({ at }) => at);
      const gaps = times.slice(1).map((at, i) => (at < leavesAt + 1_000 ? at - (times[i] ?? at) : 0));
      expect(Math.max(...gaps)).toBeLessThan(LONGEST_GAP);
    }
    await first.disconnect();
    expect(await context.ground.committed(groupId, topic)).toEqual(Array.from({ length: 4 }, () => messages));
  }, 90_000);

  it('joins again by itself, and handles nothing that it committed again, when it was thrown out', async () => {
    const { handled, join, groupId, topic } = await group(2, 5);
    const consumer = await join('it');
    await until(
      async () => (await context.ground.committed(groupId, topic)).every(offset => offset === 5),
      'all committed',
    );
    const memberId = new Promise<string>(resolve =>
      consumer.on(consumer.events.HEARTBEAT, ({ payload }) => resolve(payload.memberId)),
    );
    const rejoined = new Promise<void>(resolve => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
    const cluster = new Cluster(resolveClientConfig({ brokers: context.ground.brokers, logLevel: 0 }));
    await new GroupCoordinator(cluster, groupId, null).consumerHeartbeat({
      ...UNCHANGED,
      memberId: await memberId,
      memberEpoch: -1,
    });
    await cluster.disconnect();
    await rejoined;
    await context.ground.produce(topic, 0, ['after']);
    await until(() => handled.some(({ id }) => id === '0/after'), 'a message after the rejoin');
    expect(handled).toHaveLength(11);
  }, 60_000);

  it("keeps a static member's partitions over a restart, without a rebalance for the others", async () => {
    const { join } = await group(2, 0);
    let rebalances = 0;
    const first = await join('first', { groupInstanceId: 'one' });
    const second = await join('second', { groupInstanceId: 'two' });
    await until(async () => {
      const { state, members } = await first.describeGroup();
      return state === 'Stable' && members.every(({ memberAssignment }) => assigned(memberAssignment) === 1);
    }, 'one partition each');
    // The last event of that.
    await wait(300);
    first.on(first.events.REBALANCING, () => rebalances++);
    first.on(first.events.GROUP_JOIN, () => rebalances++);
    await second.disconnect();
    const again = await join('second', { groupInstanceId: 'two' });
    const epoch = new Promise<unknown>(resolve =>
      again.on(again.events.HEARTBEAT, ({ payload }) => resolve(payload.groupGenerationId)),
    );
    expect(await epoch).toBeGreaterThan(0);
    expect(rebalances).toBe(0);
  }, 60_000);

  it('waits for an instance id that another member holds, and takes over when that one is gone', async () => {
    const { join, handled } = await group(1, 3);
    const first = await join('first', { groupInstanceId: 'same' });
    await until(() => handled.length === 3, 'the first member at work');
    const twin = join('twin', { groupInstanceId: 'same' });
    expect(await Promise.race([twin.then(() => 'joined'), wait(1_500).then(() => 'waits')])).toBe('waits');
    await first.disconnect();
    await twin;
  }, 60_000);

  it('takes in new topics that match its RegExp', async () => {
    const prefix = context.ground.name('re');
    await context.ground.admin.createTopics({ topics: [{ topic: `${prefix}.a` }], waitForLeaders: true });
    const handled: string[] = [];
    const consumer = context.ground.consumer({
      groupId: context.ground.name('group'),
      groupProtocol: 'consumer',
      metadataMaxAge: 300,
    });
    await consumer.connect();
    await consumer.subscribe({ topic: new RegExp(`^${prefix.replaceAll('.', '\\.')}\\.`), fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ topic, message }) => void handled.push(`${topic}/${String(message.value)}`),
    });
    await context.ground.produce(`${prefix}.a`, 0, ['1']);
    await until(() => handled.length === 1, 'the first topic');
    await context.ground.admin.createTopics({ topics: [{ topic: `${prefix}.b` }], waitForLeaders: true });
    await context.ground.produce(`${prefix}.b`, 0, ['2']);
    await until(() => handled.length === 2, 'the second topic');
    expect(handled).toEqual([`${prefix}.a/1`, `${prefix}.b/2`]);
  }, 60_000);

  it('says at once what cannot be: an assigner that the broker does not have', async () => {
    const { join } = await group(1, 0);
    await expect(join('it', { groupRemoteAssignor: 'no-such-assigner' })).rejects.toThrow(/assignor/);
  });
}
