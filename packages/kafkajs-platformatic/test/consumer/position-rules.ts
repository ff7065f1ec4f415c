import { expect, it } from 'vitest';
import { until, wait } from './ground.js';
import { numbers, text, type RuleContext } from './rule-context.js';

/** Where a consumer stands: commits, seeks, pauses, stops. */
export function positionRules(context: RuleContext): void {
  it('commits nothing by itself with autoCommit false, and what it is told to, with metadata', async () => {
    const topic = await context.ground.topic(1);
    const groupId = context.ground.name('group');
    await context.ground.produce(topic, 0, numbers(10));
    const handled: string[] = [];
    const consumer = context.ground.consumer({ groupId, ...context.timing });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message, partition }) => {
        handled.push(text(message));
        if (text(message) === '4') {
          await consumer.commitOffsets([{ topic, partition, offset: '5', metadata: 'half' }]);
        }
      },
    });
    await until(() => handled.length === 10, 'all handled');
    await expect(consumer.commitOffsets([{ topic, partition: 7, offset: '1' }])).rejects.toThrow(
      /not assigned to this consumer/,
    );
    await consumer.disconnect();
    const [offsets] = await context.ground.admin.fetchOffsets({ groupId, topics: [topic] });
    expect(offsets?.partitions).toEqual([{ partition: 0, offset: '5', metadata: 'half' }]);
  });

  it('goes on where it was told to seek', async () => {
    const topic = await context.ground.topic(1);
    await context.ground.produce(topic, 0, numbers(5));
    const handled: string[] = [];
    const consumer = await context.started(context.ground.name('group'), topic, value => void handled.push(value));
    await until(() => handled.length === 5, 'all handled');
    consumer.seek({ topic, partition: 0, offset: '3' });
    await until(() => handled.length === 7, 'the rest again');
    consumer.seek({ topic, partition: 0, offset: '-2' });
    await until(() => handled.length === 12, 'all again');
    expect(handled).toEqual(['0', '1', '2', '3', '4', '3', '4', '0', '1', '2', '3', '4']);
  });

  it('drops the rest of the batch when its own handler seeks', async () => {
    const topic = await context.ground.topic(1);
    await context.ground.produce(topic, 0, numbers(10));
    const handled: string[] = [];
    await context.started(context.ground.name('group'), topic, (value, partition, _attempt, consumer) => {
      handled.push(value);
      if (value === '2') {
        consumer.seek({ topic, partition, offset: '8' });
      }
    });
    await until(() => handled.at(-1) === '9', 'the end');
    expect(handled).toEqual(['0', '1', '2', '8', '9']);
  });

  it('hands over nothing of a paused partition, says so, and loses nothing when resumed', async () => {
    const topic = await context.ground.topic(2);
    const handled: string[] = [];
    const consumer = await context.started(
      context.ground.name('group'),
      topic,
      (value, partition) => void handled.push(`${partition}/${value}`),
    );
    consumer.pause([{ topic, partitions: [0] }]);
    await context.ground.produce(topic, 0, numbers(3));
    await context.ground.produce(topic, 1, numbers(3));
    await until(() => handled.length === 3, 'the other partition');
    expect(consumer.paused()).toEqual([{ topic, partitions: [0] }]);
    await wait(200);
    expect(handled).toEqual(['1/0', '1/1', '1/2']);
    consumer.resume([{ topic }]);
    expect(consumer.paused()).toEqual([]);
    await until(() => handled.length === 6, 'the paused partition');
  });

  it('stops, and runs again from where it was', async () => {
    const topic = await context.ground.topic(1);
    const groupId = context.ground.name('group');
    await context.ground.produce(topic, 0, numbers(20));
    const handled: string[] = [];
    const handle = async (value: string): Promise<void> => {
      await wait(10);
      handled.push(value);
    };
    const consumer = await context.started(groupId, topic, handle);
    await until(() => handled.length >= 5, 'some handled');
    await consumer.stop();
    const atStop = handled.length;
    await wait(100);
    expect(handled).toHaveLength(atStop);
    expect(await context.ground.committed(groupId, topic)).toEqual([atStop]);
    const again = Date.now();
    await consumer.run({ eachMessage: async ({ message }) => handle(text(message)) });
    await until(() => handled.length > atStop, 'the first one of the second run');
    // Not the 5 s that the long poll of the first run would have stayed on the fetch connection.
    expect(Date.now() - again).toBeLessThan(500);
    await until(() => handled.length >= 20, 'the rest');
    expect(handled).toEqual(numbers(20));
  });
}
