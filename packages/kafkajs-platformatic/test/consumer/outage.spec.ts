import { EmbeddedKafka } from 'embedded-kafka';
import { afterEach, describe, expect, it } from 'vitest';
import { resolveClientConfig } from '../../src/config/client-config.js';
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

  async function consume(topic: string, handled: string[], groupId = 'outage'): Promise<Consumer> {
    const consumer = ground.consumer({ groupId, sessionTimeout: 1_000, heartbeatInterval: 100, metadataMaxAge: 500 });
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
    const consumer = await consume('cut', handled);
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
  });

  it('resumes by itself, group and all, when the broker comes back empty on the same port', async () => {
    await start('restarted');
    const handled: string[] = [];
    const consumer = await consume('restarted', handled);
    const tailed: string[] = [];
    const client = resolveClientConfig({ brokers: kafka.brokers, logLevel: 0 });
    const reader = new TopicReader(client, { topics: [{ topic: 'restarted' }] });
    await reader.run({ eachMessage: async ({ message }) => void tailed.push(String(message.value)) });
    await ground.produce('restarted', 0, ['before']);
    await until(() => handled.length === 1 && tailed.length === 1, 'the message before');
    const port = Number(kafka.brokers[0]?.split(':')[1]);
    const began = Date.now();
    // `stop` without closing the consumer: it has to live through two seconds of nothing.
    await kafka.stop();
    await wait(2_000);
    kafka = await EmbeddedKafka.start({ port, topics: [{ name: 'restarted', partitions: 2 }] });
    const after = await Ground.on(kafka.brokers);
    await after.produce('restarted', 0, ['after 0']);
    await after.produce('restarted', 1, ['after 1']);
    await until(() => handled.length === 3 && tailed.length === 3, 'the messages after');
    expect(handled.slice(1).toSorted()).toEqual(['0/after 0', '1/after 1']);
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
