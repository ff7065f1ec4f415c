import { expect, it } from 'vitest';
import { until, wait } from './ground.js';
import { numbers, type RuleContext } from './rule-context.js';

/** What happens to messages while members come and go. */
export function rebalanceRules(context: RuleContext): void {
  async function rebalanceTest(
    join: (groupId: string, topic: string, handle: (id: string) => void) => Promise<() => Promise<void>>,
  ): Promise<number[]> {
    const topic = await context.ground.topic(4);
    const groupId = context.ground.name('group');
    const handled = new Map<string, number>();
    const count = (id: string): void => void handled.set(id, (handled.get(id) ?? 0) + 1);
    for (const partition of [0, 1, 2, 3]) {
      await context.ground.produce(topic, partition, numbers(100));
    }
    let byFirst = 0;
    await context.started(groupId, topic, async (value, partition) => {
      await wait(20);
      byFirst++;
      count(`${partition}/${value}`);
    });
    await wait(500);
    let bySecond = 0;
    const leave = await join(groupId, topic, id => {
      bySecond++;
      count(id);
    });
    await until(() => bySecond > 20, 'the second member takes part', 25_000);
    await leave();
    await until(() => handled.size === 400, 'all 400 messages handled', 25_000);
    await wait(300);
    expect(byFirst + bySecond).toBe([...handled.values()].reduce((sum, times) => sum + times, 0));
    return [...handled.values()];
  }

  it('hands over partitions without handling a message twice when a member comes and goes', async () => {
    const times = await rebalanceTest(async (groupId, topic, handle) => {
      const second = await context.started(groupId, topic, async (value, partition) => {
        await wait(20);
        handle(`${partition}/${value}`);
      });
      return () => second.disconnect();
    });
    expect(times).toEqual(Array.from({ length: 400 }, () => 1));
  }, 60_000);

  it('hands over partitions to and from a kafkajs member without handling a message twice', async () => {
    const times = await rebalanceTest(async (groupId, topic, handle) => {
      const second = context.ground.kafkajsConsumer(groupId);
      await second.connect();
      await second.subscribe({ topics: [topic], fromBeginning: true });
      await second.run({
        partitionsConsumedConcurrently: 4,
        eachMessage: async ({ message, partition }) => {
          await wait(20);
          handle(`${partition}/${String(message.value)}`);
        },
      });
      return () => second.disconnect();
    });
    expect(times).toEqual(Array.from({ length: 400 }, () => 1));
  }, 60_000);
}
