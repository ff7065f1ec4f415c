import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startKafka, type KafkaCluster } from '../../../../scripts/kafka/index.ts';
import { Kafka } from '../../src/kafka.js';
import type { Consumer } from '../../src/consumer/consumer.js';
import type { ConsumerConfig } from '../../src/consumer/consumer-types.js';
import { until } from '../consumer/ground.js';

/** Milliseconds for which no broker is up; 90 s for the evidence in a release. */
const OUTAGE = Number(process.env['OUTAGE_SECONDS'] ?? 15) * 1_000;
const LOAD_BEFORE_AND_AFTER = 4_000;
const TOPIC = 'outage';
const PARTITIONS = 4;
/** Sends on their way at once. */
const SENDERS = 8;
/** Bytes by which the process may be larger at the end of an outage than at its beginning. */
const GROWTH = 64 * 1024 * 1024;

describe('When all brokers are killed and come back', () => {
  let cluster: KafkaCluster;
  let kafka: Kafka;
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);
  const consumers: Consumer[] = [];

  beforeAll(async () => {
    process.on('unhandledRejection', onRejection);
    cluster = await startKafka({ nodes: 3, properties: { 'broker.session.timeout.ms': 4_000 } });
    kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: 0, requestTimeout: 5_000 });
    const admin = kafka.admin();
    await admin.connect();
    const topics = [{ topic: TOPIC, numPartitions: PARTITIONS, replicationFactor: 3 }];
    await admin.createTopics({ topics, waitForLeaders: true });
    await admin.disconnect();
  });
  afterAll(async () => {
    await Promise.all(consumers.map(consumer => consumer.disconnect()));
    await cluster?.stop();
    process.off('unhandledRejection', onRejection);
  });

  async function consume(config: ConsumerConfig, handled: Map<string, number>): Promise<void> {
    const consumer = kafka.consumer(config) as unknown as Consumer;
    consumers.push(consumer);
    consumer.on(consumer.events.CRASH, ({ payload }) => rejections.push(payload.error));
    await consumer.connect();
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        const value = String(message.value);
        handled.set(value, (handled.get(value) ?? 0) + 1);
      },
    });
  }

  it(
    'consumers and producers go on by themselves, nothing is lost and memory stays flat',
    async () => {
      const groups: Record<string, Map<string, number>> = { eager: new Map(), broker: new Map(), reader: new Map() };
      const { eager, broker, reader: tailed } = groups;
      await consume({ groupId: 'eager', sessionTimeout: 6_000, heartbeatInterval: 500 }, eager as Map<string, number>);
      await consume({ groupId: 'eager', sessionTimeout: 6_000, heartbeatInterval: 500 }, eager as Map<string, number>);
      await consume({ groupId: 'broker', groupProtocol: 'consumer' }, broker as Map<string, number>);
      const reader = kafka.reader({ topics: [{ topic: TOPIC }], position: 'beginning' });
      await reader.run({ eachMessage: async ({ message }) => void tailed?.set(String(message.value), 1) });

      const acknowledged = new Set<string>();
      const refused: string[] = [];
      const producer = kafka.producer({ retry: { retries: 1_000, maxRetryTime: 2_000 } });
      await producer.connect();
      const loaded = new AbortController();
      let next = 0;
      const senders = Array.from({ length: SENDERS }, async () => {
        while (!loaded.signal.aborted) {
          const value = String(next++);
          try {
            await producer.send({ topic: TOPIC, messages: [{ value, partition: Number(value) % PARTITIONS }] });
            acknowledged.add(value);
          } catch (error) {
            refused.push(String(error));
            await wait(100);
          }
          await wait(10);
        }
      });
      await wait(LOAD_BEFORE_AND_AFTER);
      await until(() => acknowledged.size > 100, 'the producer at work', 30_000);
      const before = acknowledged.size;
      await Promise.all(cluster.nodes.map(node => node.kill()));
      await wait(3_000);
      const rss = process.memoryUsage().rss;
      await wait(OUTAGE - 3_000);
      const growth = process.memoryUsage().rss - rss;
      await Promise.all(cluster.nodes.map(node => node.start()));
      const back = performance.now();
      await until(() => acknowledged.size > before + 50, 'the producer goes on', 60_000);
      const produces = performance.now() - back;
      await wait(LOAD_BEFORE_AND_AFTER);
      loaded.abort();
      await Promise.all(senders);
      const missing = (): string[] =>
        Object.entries(groups).flatMap(([name, handled]) =>
          [...acknowledged].filter(value => !handled.has(value)).map(value => `${name}/${value}`),
        );
      await until(() => missing().length === 0, 'all that was acknowledged is handled', 90_000);
      const handles = performance.now() - back;
      const repeated = [...(eager ?? [])].filter(([, times]) => times > 1).length;
      process.stdout.write(
        `outage ${OUTAGE / 1_000} s: ${acknowledged.size} acknowledged (${before} before), ${refused.length} refused, ` +
          `0 lost, ${repeated} repeated, produced again after ${produces.toFixed(0)} ms, all handled ${handles.toFixed(0)} ms ` +
          `after the restart, rss ${(rss / 1e6).toFixed(0)} MB ${(growth / 1e6).toFixed(1)} MB in the outage\n`,
      );
      await Promise.all([reader.close(), producer.disconnect()]);
      expect(growth).toBeLessThan(GROWTH);
      expect(rejections).toEqual([]);
    },
    OUTAGE + 300_000,
  );
});
