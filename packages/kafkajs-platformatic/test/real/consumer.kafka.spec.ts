import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../consumer/ground.js';
import { numbers, RuleContext } from '../consumer/rule-context.js';
import { describeConsumerRules } from '../consumer/rules.js';

const PACE = { session: 6_000, blockade: 10_000 };
const brokers = (): string[] => (process.env['KAFKA_BROKERS'] ?? '').split(',');

describeConsumerRules('Apache Kafka', brokers, PACE);

describe('A consumer on Apache Kafka, further', () => {
  const context = new RuleContext(PACE);
  beforeAll(() => context.open(brokers()));
  afterEach(() => context.ground.closeConsumers());
  afterAll(() => context.ground.close());

  it('goes on after the first message that is left when those before were deleted', async () => {
    const { ground } = context;
    const topic = await ground.topic(1);
    await ground.produce(topic, 0, numbers(4));
    const groupId = ground.name('group');
    await ground.setOffset(groupId, topic, 0, '1');
    await ground.deleteBefore(topic, 0, '3');
    const values: string[] = [];
    await context.started(groupId, topic, value => void values.push(value));
    await until(() => values.length > 0, 'the message that is left');
    expect(values).toEqual(['3']);
  });

  // The embedded broker would stand still with it: it lives in the same process.
  it('comes back when a handler has blocked the whole process for longer than the session', async () => {
    const { ground } = context;
    const topic = await ground.topic(1);
    const groupId = ground.name('group');
    const handled: string[] = [];
    const consumer = await context.started(
      groupId,
      topic,
      value => {
        if (value === '0' && handled.length === 0) {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PACE.session + 3_000);
        }
        handled.push(value);
      },
      { sessionTimeout: PACE.session },
    );
    let joins = 0;
    consumer.on(consumer.events.GROUP_JOIN, () => joins++);
    await ground.produce(topic, 0, numbers(3));
    await until(async () => (await ground.committed(groupId, topic))[0] === 3, 'everything is committed', 30_000);
    expect(joins).toBe(1);
    // Nobody else had the partition: at most what was in flight is handled again.
    expect(new Set(handled)).toEqual(new Set(numbers(3)));
    expect(handled.length).toBeLessThanOrEqual(6);
  }, 60_000);
});
