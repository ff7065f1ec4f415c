import { EmbeddedKafka } from 'embedded-kafka';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Ground, until } from './ground.js';
import { numbers, RuleContext } from './rule-context.js';

describe("Consumers of the broker's group protocol (KIP-848) on the embedded broker", () => {
  const context = new RuleContext({ session: 1_000, blockade: 0 });
  let kafka: EmbeddedKafka;
  let ground: Ground;
  beforeAll(async () => {
    kafka = await EmbeddedKafka.start({ groupConsumerHeartbeatIntervalMs: 50 });
    await context.open(kafka.brokers);
    ground = context.ground;
  });
  afterEach(() => ground.closeConsumers());
  afterAll(async () => {
    await ground.close();
    await kafka.stop();
  });

  it('lose nothing and handle nothing twice while others come and go', async () => {
    const [topic, groupId] = [await ground.topic(4), ground.name('group')];
    const config = { groupProtocol: 'consumer' } as const;
    const handled: string[] = [];
    const by = new Map<string, number>();
    const started = (name: string) =>
      context.started(
        groupId,
        topic,
        async (value, partition) => {
          await new Promise(resolve => setTimeout(resolve, 5));
          handled.push(`${partition}/${value}`);
          by.set(name, (by.get(name) ?? 0) + 1);
        },
        config,
      );
    for (let partition = 0; partition < 4; partition++) await ground.produce(topic, partition, numbers(150));
    await started('first');
    const second = await started('second');
    await until(() => (by.get('second') ?? 0) > 10, 'the second member at work');
    await second.disconnect();
    await until(() => handled.length >= 600, 'all messages');
    expect(new Set(handled).size).toBe(600);
    expect(handled).toHaveLength(600);
    await ground.closeConsumers();
    expect(await ground.committed(groupId, topic)).toEqual([150, 150, 150, 150]);
  }, 30_000);

  it('come back when the coordinator has thrown them out', async () => {
    const [topic, groupId] = [await ground.topic(1), ground.name('group')];
    const handled: string[] = [];
    const consumer = await context.started(groupId, topic, value => void handled.push(value), {
      groupProtocol: 'consumer',
    });
    await ground.produce(topic, 0, ['before']);
    await until(() => handled.length === 1, 'the first message');
    const joined = new Promise(resolve => consumer.on(consumer.events.GROUP_JOIN, resolve));
    const fault = kafka.faults.inject({
      api: 'ConsumerGroupHeartbeat',
      group: groupId,
      errorCode: 'FENCED_MEMBER_EPOCH',
      count: 1,
    });
    await joined;
    expect(fault.hits).toBe(1);
    await ground.produce(topic, 0, ['after']);
    await until(() => handled.length === 2, 'the message after it');
    expect(handled).toEqual(['before', 'after']);
  }, 30_000);
});
