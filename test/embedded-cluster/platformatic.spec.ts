import { Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { EmbeddedKafka } from 'embedded-kafka';
import { expect, it, vi } from 'vitest';
import { GROUP, mishaps, WAVE } from './mishaps.js';

it(
  '@platformatic/kafka on three nodes loses nothing while leaders and coordinators move and nodes stop and start',
  {
    timeout: 60_000,
  },
  async () => {
    await using kafka = await EmbeddedKafka.start({ brokers: 3, topics: [{ name: 'heroes', partitions: 3 }] });
    const base = { bootstrapBrokers: kafka.brokers, clientId: 'test', retries: 50, retryDelay: 50 };
    const producer = new Producer({ ...base, serializers: stringSerializers });
    const consumer = new Consumer({
      ...base,
      groupId: GROUP,
      deserializers: stringDeserializers,
      sessionTimeout: 6_000,
      rebalanceTimeout: 6_000,
      heartbeatInterval: 100,
      maxWaitTime: 50,
    });
    const handled = new Set<string>();
    const failures: unknown[] = [];
    try {
      const stream = await consumer.consume({ topics: ['heroes'], mode: 'earliest', autocommit: 50 });
      stream.on('data', ({ value }) => handled.add(value));
      stream.on('error', error => failures.push(error));
      const sent: string[] = [];
      for (const [what, happens] of [['nothing happens', async () => undefined] as const, ...mishaps]) {
        await happens(kafka);
        const wave = Array.from({ length: WAVE }, (_, index) => `${what}: ${index}`);
        for (const value of wave) await producer.send({ messages: [{ topic: 'heroes', value }], acks: -1 });
        sent.push(...wave);
        await vi.waitFor(() => expect([failures, [...handled].sort()]).toEqual([[], [...sent].sort()]), {
          timeout: 20_000,
          interval: 20,
        });
      }
    } finally {
      await Promise.all([consumer.close(true), producer.close()]);
    }
  },
);
