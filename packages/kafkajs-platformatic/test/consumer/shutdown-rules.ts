import { expect, it } from 'vitest';
import { until, wait } from './ground.js';
import { numbers, type RuleContext } from './rule-context.js';

/** How a consumer ends, whatever it was doing. */
export function shutdownRules(context: RuleContext): void {
  it('commits nothing that was only fetched, and at a disconnect exactly what was handled', async () => {
    const { ground } = context;
    const topic = await ground.topic(1);
    const groupId = ground.name('group');
    await ground.produce(topic, 0, numbers(10));
    const third = Promise.withResolvers<void>();
    const handled: string[] = [];
    const consumer = await context.started(groupId, topic, async value => {
      if (value === '3') {
        await third.promise;
      }
      handled.push(value);
    });
    try {
      await until(async () => (await ground.committed(groupId, topic))[0] === 3, 'what was handled is committed');
      await wait(600);
      expect(await ground.committed(groupId, topic)).toEqual([3]);
      const disconnected = consumer.disconnect();
      expect(await Promise.race([disconnected.then(() => 'gone'), wait(200).then(() => 'waits')])).toBe('waits');
      third.resolve();
      await disconnected;
    } finally {
      third.resolve();
    }
    expect(handled).toEqual(numbers(4));
    expect(await ground.committed(groupId, topic)).toEqual([4]);
  });

  it('settles every call that is made after it was disconnected', async () => {
    const { ground } = context;
    const topic = await ground.topic(1);
    const consumer = await context.started(ground.name('group'), topic, () => {});
    await consumer.disconnect();
    await expect(consumer.commitOffsets([{ topic, partition: 0, offset: '1' }])).rejects.toThrow(/run must be called/);
    expect(() => consumer.seek({ topic, partition: 0, offset: '0' })).toThrow(/run must be called/);
    await consumer.stop();
  });

  it('ends in the middle of its own join, and its group forgets it', async () => {
    const { ground } = context;
    const topic = await ground.topic(1);
    const groupId = ground.name('group');
    const handled: string[] = [];
    const holder = await context.started(groupId, topic, value => void handled.push(value));
    // The second one waits in JoinGroup until the first has noticed; on a busy machine it may not have come so far.
    const joining = Promise.allSettled([context.started(groupId, topic, () => {})]);
    await wait(30);
    await context.ground.closeConsumersBut(holder);
    await joining;
    await until(async () => (await holder.describeGroup()).members.length === 1, 'one member left', 5_000);
    await ground.produce(topic, 0, ['after']);
    await until(async () => (await ground.committed(groupId, topic))[0] === 1, 'the one that is left goes on');
    expect(handled).toEqual(['after']);
  });

  it('ends while a rebalance of others is pending, and hands over what it has not handled', async () => {
    const { ground } = context;
    const topic = await ground.topic(4);
    const groupId = ground.name('group');
    for (const partition of [0, 1, 2, 3]) {
      await ground.produce(topic, partition, numbers(40));
    }
    const handled: string[] = [];
    const handle = async (value: string, partition: number): Promise<void> => {
      await wait(15);
      handled.push(`${partition}/${value}`);
    };
    const first = await context.started(groupId, topic, handle);
    await until(() => handled.length > 20, 'the first member at work');
    const rebalancing = new Promise<void>(resolve => first.on(first.events.REBALANCING, () => resolve()));
    const second = context.started(groupId, topic, handle);
    await rebalancing;
    await Promise.all([first.disconnect(), second]);
    await until(() => handled.length >= 160, 'all messages');
    await wait(200);
    expect(handled).toHaveLength(160);
    expect(new Set(handled).size).toBe(160);
  }, 40_000);
}
