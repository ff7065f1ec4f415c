import { EmbeddedKafka } from 'embedded-kafka';
import { afterEach, describe, expect, it } from 'vitest';
import { Cluster } from '../../src/cluster/cluster.js';
import { resolveClientConfig } from '../../src/config/client-config.js';
import { GroupCoordinator } from '../../src/consumer/group-coordinator.js';
import type { Consumer } from '../../src/consumer/consumer.js';
import { TopicReader } from '../../src/reader/topic-reader.js';
import { Ground, until, wait } from './ground.js';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

describe('A consumer in an outage', () => {
  let kafka: EmbeddedKafka;
  let ground: Ground;
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);

  async function start(topic: string): Promise<void> {
    process.on('unhandledRejection', onRejection);
    kafka = await EmbeddedKafka.start({ topics: [{ name: topic, partitions: 2 }] });
    ground = await Ground.on(kafka.brokers);
  }
  afterEach(async () => {
    await ground.close();
    await kafka.stop();
    process.off('unhandledRejection', onRejection);
    if (rejections.length > 0) {
      throw new AggregateError(rejections.splice(0), 'Promises were rejected and nobody was told');
    }
  });

  async function consume(topic: string, handled: string[], sessionTimeout: number): Promise<Consumer> {
    const groupId = 'outage';
    const consumer = ground.consumer({ groupId, sessionTimeout, heartbeatInterval: 100, metadataMaxAge: 500 });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message }) => {
        handled.push(`${partition}/${String(message.value)}`);
        await wait(2);
      },
    });
    return consumer;
  }

  it('goes on without loss or repetition when its connections are cut again and again', async () => {
    await start('cut');
    const handled: string[] = [];
    // Longer than a busy machine takes for all of this: a session that ends meanwhile is the next case.
    const consumer = await consume('cut', handled, 30_000);
    for (let round = 0; round < 5; round++) {
      await ground.produce(
        'cut',
        round % 2,
        numbers(50).map(value => `${round}.${value}`),
      );
      await wait(60);
      kafka.dropConnections();
    }
    await until(() => handled.length >= 250, 'all messages');
    await wait(200);
    expect(handled.length).toBe(250);
    expect(new Set(handled).size).toBe(250);
    await consumer.disconnect();
    expect(await ground.committed('outage', 'cut')).toEqual([150, 100]);
  }, 30_000);

  // Nobody takes the commits of a member that the coordinator has forgotten, so this cannot be drained as a rebalance is.
  it('handles again what followed its last commit, and nothing else, when its place in the group was lost', async () => {
    await start('lost');
    await ground.produce('lost', 0, numbers(300));
    const handled: string[] = [];
    const losses: { handled: number; committed: number }[] = [];
    let committed = 0;
    const consumer = ground.consumer({ groupId: 'lost', sessionTimeout: 30_000, heartbeatInterval: 100 });
    consumer.on(consumer.events.COMMIT_OFFSETS, ({ payload }) => {
      const { offset } = payload.topics[0]?.partitions.find(({ partition }) => partition === 0) ?? {};
      committed = Number(offset ?? committed);
    });
    consumer.on(consumer.events.REBALANCING, () => losses.push({ handled: handled.length, committed }));
    await consumer.connect();
    await consumer.subscribe({ topics: ['lost'], fromBeginning: true });
    await consumer.run({
      // Within the batch only the commit that the test asks for.
      autoCommitInterval: 60_000,
      eachMessage: async ({ message }) => {
        handled.push(String(message.value));
        await wait(2);
      },
    });
    await until(() => handled.length > 20, 'the first messages');
    await consumer.commitOffsets([{ topic: 'lost', partition: 0, offset: '20' }]);
    await until(() => handled.length > committed + 20, 'messages that are not committed');
    const { members } = await consumer.describeGroup();
    const cluster = new Cluster(resolveClientConfig({ brokers: kafka.brokers, logLevel: 0 }));
    await new GroupCoordinator(cluster, 'lost', null).leave(members[0]?.memberId ?? '');
    await cluster.disconnect();
    await until(() => losses.length > 0, 'the loss');
    const [loss = { handled: 0, committed: 0 }] = losses;
    await until(() => handled.length >= loss.handled + 300 - loss.committed, 'all messages');
    await consumer.disconnect();
    expect(losses).toHaveLength(1);
    expect(loss.committed).toBeGreaterThanOrEqual(20);
    expect(loss.handled).toBeGreaterThan(loss.committed);
    expect(handled.slice(0, loss.handled)).toEqual(numbers(loss.handled));
    expect(handled.slice(loss.handled)).toEqual(numbers(300).slice(loss.committed));
    expect(await ground.committed('lost', 'lost')).toEqual([300, 0]);
  }, 30_000);

  it('resumes by itself, group and all, when the broker comes back empty on the same port', async () => {
    await start('restarted');
    const handled: string[] = [];
    const consumer = await consume('restarted', handled, 1_000);
    const tailed: string[] = [];
    const client = resolveClientConfig({ brokers: kafka.brokers, logLevel: 0 });
    const reader = new TopicReader(client, { topics: [{ topic: 'restarted' }] });
    await reader.run({ eachMessage: async ({ message }) => void tailed.push(String(message.value)) });
    await ground.produce('restarted', 0, ['before']);
    await until(() => handled.length > 0 && tailed.length === 1, 'the message before');
    const port = Number(kafka.brokers[0]?.split(':')[1]);
    const began = Date.now();
    // `stop` without closing the consumer: it has to live through two seconds of nothing.
    await kafka.stop();
    await wait(2_000);
    kafka = await EmbeddedKafka.start({ port, topics: [{ name: 'restarted', partitions: 2 }] });
    const after = await Ground.on(kafka.brokers);
    await after.produce('restarted', 0, ['after 0']);
    await after.produce('restarted', 1, ['after 1']);
    // A busy machine may end the new session, too, before its first commit: then a message comes again.
    await until(() => new Set(handled).size === 3 && tailed.length === 3, 'the messages after');
    expect([...new Set(handled)].toSorted()).toEqual(['0/after 0', '0/before', '1/after 1']);
    expect(tailed.slice(1).toSorted()).toEqual(['after 0', 'after 1']);
    expect(Date.now() - began).toBeLessThan(10_000);
    await Promise.all([reader.close(), consumer.disconnect(), after.close()]);
  }, 30_000);

  it('handles nothing while it cannot know whether it still owns its partitions', async () => {
    await start('suspended');
    const handled: string[] = [];
    const consumer = ground.consumer({ groupId: 'suspended', sessionTimeout: 400, heartbeatInterval: 50 });
    await consumer.connect();
    await consumer.subscribe({ topics: ['suspended'], fromBeginning: true });
    await ground.produce('suspended', 0, numbers(200));
    await consumer.run({
      eachMessage: async ({ message }) => {
        handled.push(String(message.value));
        await wait(10);
      },
    });
    await until(() => handled.length > 5, 'the first messages');
    const port = Number(kafka.brokers[0]?.split(':')[1]);
    await kafka.stop();
    await wait(700);
    const atSuspension = handled.length;
    await wait(300);
    expect(handled.length).toBe(atSuspension);
    expect(atSuspension).toBeLessThan(100);
    kafka = await EmbeddedKafka.start({ port, topics: [{ name: 'suspended', partitions: 2 }] });
  });
});
