import { expect, it } from 'vitest';
import { Cluster } from '../../src/cluster/cluster.js';
import { resolveClientConfig } from '../../src/config/client-config.js';
import { GroupCoordinator } from '../../src/consumer/group-coordinator.js';
import type { Consumer } from '../../src/consumer/consumer.js';
import { until, wait } from './ground.js';
import { numbers, text, type RuleContext } from './rule-context.js';

const sockets = (): number => process.getActiveResourcesInfo().filter(kind => kind === 'TCPSocketWrap').length;

/** How a member stays in its group, and leaves it. */
export function membershipRules(context: RuleContext): void {
  it('keeps its partition through a handler of three session timeouts', async () => {
    const topic = await context.ground.topic(1);
    const groupId = context.ground.name('group');
    const handled: string[] = [];
    const consumer = await context.started(
      groupId,
      topic,
      async value => {
        if (value === '0') {
          await wait(3 * context.pace.session);
        }
        handled.push(value);
      },
      { sessionTimeout: context.pace.session },
    );
    let joins = 0;
    consumer.on(consumer.events.GROUP_JOIN, () => joins++);
    await context.ground.produce(topic, 0, numbers(3));
    await until(() => handled.length === 3, 'all handled', 4 * context.pace.session + 10_000);
    await consumer.disconnect();
    expect(handled).toEqual(['0', '1', '2']);
    expect(joins).toBe(0);
    expect(await context.ground.committed(groupId, topic)).toEqual([3]);
  }, 60_000);

  it('joins again by itself when the coordinator has thrown it out', async () => {
    const topic = await context.ground.topic(1);
    const groupId = context.ground.name('group');
    const handled: string[] = [];
    const consumer = await context.started(groupId, topic, value => void handled.push(value));
    const { members } = await consumer.describeGroup();
    const cluster = new Cluster(resolveClientConfig({ brokers: context.ground.brokers, logLevel: 0 }));
    const rejoined = new Promise<void>(resolve => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
    await new GroupCoordinator(cluster, groupId, null).leave(members[0]?.memberId ?? '');
    await cluster.disconnect();
    await rejoined;
    await context.ground.produce(topic, 0, numbers(3));
    await until(() => handled.length === 3, 'messages after the rejoin');
    expect(handled).toEqual(['0', '1', '2']);
  });

  it('waits to be let in for much longer than requestTimeout, as one member, while another one handles', async () => {
    const topic = await context.ground.topic(2);
    const groupId = context.ground.name('group');
    const requestTimeout = 400;
    let handling = false;
    const busy = await context.started(groupId, topic, async () => {
      handling = true;
      await wait(requestTimeout * 5);
    });
    await context.ground.produce(topic, 0, ['long']);
    await until(() => handling, 'a handler at work');
    const joins: string[] = [];
    const waiting = context.ground.consumer({ groupId, ...context.timing }, { requestTimeout });
    waiting.on(waiting.events.GROUP_JOIN, ({ payload }) => void joins.push(payload.memberId));
    await waiting.connect();
    await waiting.subscribe({ topics: [topic], fromBeginning: true });
    const began = performance.now();
    await waiting.run({ eachMessage: async () => {} });
    await until(() => joins.length > 0, 'the one that waits is let in');
    expect(performance.now() - began).toBeGreaterThan(requestTimeout * 2);
    const { members } = await busy.describeGroup();
    expect(members.map(({ memberId }) => memberId)).toContain(joins[0]);
    expect(members).toHaveLength(2);
    await waiting.disconnect();
  });

  it('takes in new topics that match its RegExp', async () => {
    const prefix = context.ground.name('re');
    await context.ground.admin.createTopics({ topics: [{ topic: `${prefix}.a` }], waitForLeaders: true });
    const handled: string[] = [];
    const consumer = context.ground.consumer({
      groupId: context.ground.name('group'),
      metadataMaxAge: 200,
      ...context.timing,
    });
    await consumer.connect();
    await consumer.subscribe({
      topic: new RegExp(`^${prefix.replaceAll('.', '\\.')}\\..*$`, 'g'),
      fromBeginning: true,
    });
    await consumer.run({ eachMessage: async ({ topic, message }) => void handled.push(`${topic}/${text(message)}`) });
    await context.ground.produce(`${prefix}.a`, 0, ['1']);
    await until(() => handled.length === 1, 'the first topic');
    await context.ground.admin.createTopics({ topics: [{ topic: `${prefix}.b` }], waitForLeaders: true });
    await context.ground.produce(`${prefix}.b`, 0, ['2']);
    await until(() => handled.length === 2, 'the second topic');
    expect(handled).toEqual([`${prefix}.a/1`, `${prefix}.b/2`]);
  });

  it("keeps a static member's partitions over a restart, without a rebalance for the others", async () => {
    const topic = await context.ground.topic(2);
    const groupId = context.ground.name('group');
    const start = async (groupInstanceId: string): Promise<{ consumer: Consumer; joins: () => number }> => {
      const consumer = context.ground.consumer({ groupId, groupInstanceId, ...context.timing });
      let joins = 0;
      consumer.on(consumer.events.GROUP_JOIN, () => joins++);
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({ eachMessage: async () => {} });
      return { consumer, joins: () => joins };
    };
    const first = await start('one');
    const second = await start('two');
    await until(async () => (await first.consumer.describeGroup()).state === 'Stable', 'a stable group');
    await wait(500);
    const before = first.joins();
    await second.consumer.disconnect();
    await start('two');
    await wait(700);
    expect(first.joins()).toBe(before);
    await first.consumer.disconnect();
  }, 40_000);

  it('ends with a crash event when its instance id is used by another member', async () => {
    const topic = await context.ground.topic(1);
    const groupId = context.ground.name('group');
    const crashed = new Promise<string>(resolve => {
      const consumer = context.ground.consumer({
        groupId,
        groupInstanceId: 'same',
        ...context.timing,
      });
      consumer.on(consumer.events.CRASH, ({ payload }) => resolve(`${payload.error.message} ${payload.restart}`));
      void (async () => {
        await consumer.connect();
        await consumer.subscribe({ topics: [topic] });
        await consumer.run({ eachMessage: async () => {} });
        const twin = context.ground.consumer({
          groupId,
          groupInstanceId: 'same',
          ...context.timing,
        });
        await twin.connect();
        await twin.subscribe({ topics: [topic] });
        await twin.run({ eachMessage: async () => {} });
      })();
    });
    expect(await crashed).toMatch(/same group\.instance\.id.* false$/);
  }, 30_000);

  it('leaves no socket open after disconnect, and may disconnect twice', async () => {
    const topic = await context.ground.topic(1);
    await wait(200);
    const before = sockets();
    const consumer = await context.started(context.ground.name('group'), topic, () => {});
    expect(sockets()).toBeGreaterThan(before);
    const began = Date.now();
    await Promise.all([consumer.disconnect(), consumer.disconnect()]);
    await consumer.disconnect();
    expect(Date.now() - began).toBeLessThan(2_500);
    await until(() => sockets() <= before, 'all sockets closed');
  });
}
