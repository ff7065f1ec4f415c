import { expect, it } from 'vitest';
import { until, wait } from './ground.js';
import { numbers, type RuleContext } from './rule-context.js';

/** What happens to a consumer whose topics change, or are not there. */
export function topicRules(context: RuleContext): void {
  it('takes in new partitions of its topic', async () => {
    const { ground } = context;
    const topic = await ground.topic(1);
    const handled: string[] = [];
    await context.started(
      ground.name('group'),
      topic,
      (value, partition) => void handled.push(`${partition}/${value}`),
      { metadataMaxAge: 300 },
    );
    await ground.admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
    await ground.topicKnown(topic, 3);
    await ground.produceAnew(topic, 0, ['a']);
    await ground.produceAnew(topic, 2, ['b']);
    await until(() => handled.length === 2, 'both messages');
    expect(handled.toSorted()).toEqual(['0/a', '2/b']);
  });

  it('begins anew as it was told when its offset is out of range', async () => {
    const { ground } = context;
    const topic = await ground.topic(1);
    await ground.produce(topic, 0, numbers(4));
    const groupId = ground.name('group');
    await ground.setOffset(groupId, topic, 0, '99');
    const values: string[] = [];
    await context.started(groupId, topic, value => void values.push(value));
    await until(() => values.length >= 4, 'the whole topic');
    expect(values).toEqual(numbers(4));
  });

  it('reads a topic that was deleted and made anew from its beginning', async () => {
    const { ground } = context;
    const topic = await ground.topic(2);
    const handled: string[] = [];
    const crashes: Error[] = [];
    const consumer = await context.started(
      ground.name('group'),
      topic,
      (value, partition) => void handled.push(`${partition}/${value}`),
      // With it, a look at the topic between its two lives would make it, with one partition.
      { metadataMaxAge: 500, allowAutoTopicCreation: false },
    );
    consumer.on(consumer.events.CRASH, ({ payload }) => crashes.push(payload.error));
    await ground.produce(topic, 0, numbers(5));
    await until(() => handled.length === 5, 'the old topic');
    await ground.admin.deleteTopics({ topics: [topic] });
    await until(async () => !(await ground.admin.listTopics()).includes(topic), 'the deletion');
    await wait(300);
    await ground.create(topic, 2);
    await ground.produceAnew(topic, 0, numbers(7, 100));
    await until(() => handled.length >= 12, 'the new topic');
    expect(handled.slice(5)).toEqual(numbers(7, 100).map(value => `0/${value}`));
    expect(crashes).toEqual([]);
  }, 40_000);

  it('names a topic that does not exist when it is to be subscribed to', async () => {
    const missing = context.ground.name('missing');
    const consumer = context.ground.consumer(
      { groupId: context.ground.name('group'), allowAutoTopicCreation: false },
      { retry: { retries: 1, initialRetryTime: 20 } },
    );
    await consumer.connect();
    await expect(consumer.subscribe({ topics: [missing] })).rejects.toThrow(missing);
  });
}
