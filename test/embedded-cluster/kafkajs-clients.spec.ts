import { EmbeddedKafka } from 'embedded-kafka';
import { Kafka as KafkaJs, logLevel, Partitioners, type KafkaConfig } from 'kafkajs';
import { Kafka as KafkaJsPlatformatic } from 'kafkajs-platformatic';
import { describe, expect, it, vi } from 'vitest';
import { GROUP, mishaps, WAVE } from './mishaps.js';

const config = (kafka: EmbeddedKafka): KafkaConfig => ({
  brokers: kafka.brokers,
  logLevel: logLevel.NOTHING,
  retry: { initialRetryTime: 20, maxRetryTime: 200, retries: 50 },
});

/** Both have KafkaJS's interface; what the specs need of it is told by KafkaJS's own class. */
const clients: readonly (readonly [
  name: string,
  create: (config: KafkaConfig) => Pick<KafkaJs, 'consumer' | 'producer'>,
])[] = [
  ['kafkajs', config => new KafkaJs(config)],
  ['kafkajs-platformatic', config => new KafkaJsPlatformatic(config) as unknown as KafkaJs],
];

describe.each(clients)('%s on three nodes', (_, create) => {
  it('loses nothing while leaders and coordinators move and nodes stop and start', { timeout: 60_000 }, async () => {
    await using kafka = await EmbeddedKafka.start({ brokers: 3, topics: [{ name: 'heroes', partitions: 3 }] });
    const client = create(config(kafka));
    const consumer = client.consumer({
      groupId: GROUP,
      sessionTimeout: 6_000,
      heartbeatInterval: 200,
      maxWaitTimeInMs: 100,
    });
    const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    const handled = new Set<string>();
    try {
      await Promise.all([consumer.connect(), producer.connect()]);
      await consumer.subscribe({ topics: ['heroes'], fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ message }) => void handled.add(String(message.value)),
      });
      const sent: string[] = [];
      for (const [what, happens] of [['nothing happens', async () => undefined] as const, ...mishaps]) {
        await happens(kafka);
        const wave = Array.from({ length: WAVE }, (__, index) => `${what}: ${index}`);
        for (const value of wave) await producer.send({ topic: 'heroes', messages: [{ value }] });
        sent.push(...wave);
        await vi.waitFor(() => expect([...handled].sort()).toEqual([...sent].sort()), {
          timeout: 20_000,
          interval: 20,
        });
      }
      const stored = new Set((await kafka.records('heroes')).map(({ value }) => String(value)));
      expect([...stored].sort()).toEqual([...sent].sort());
    } finally {
      await Promise.all([consumer.disconnect(), producer.disconnect()]);
    }
  });

  it('ends its transactions while their coordinator moves and stops', { timeout: 60_000 }, async () => {
    await using kafka = await EmbeddedKafka.start({ brokers: 3, topics: ['heroes'] });
    const transactionalId = 'chronicle';
    const producer = create(config(kafka)).producer({
      transactionalId,
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    try {
      const coordinator = (): number => kafka.transactionCoordinatorOf(transactionalId);
      for (const [value, ends] of [
        ['moved', () => kafka.moveTransactionCoordinator(transactionalId, (coordinator() % 3) + 1)],
        ['stopped', () => kafka.stopNode(coordinator())],
      ] as const) {
        const transaction = await producer.transaction();
        await transaction.send({ topic: 'heroes', messages: [{ value }] });
        await ends();
        await transaction.commit();
      }
      const transaction = await producer.transaction();
      await transaction.send({ topic: 'heroes', messages: [{ value: 'aborted' }] });
      await kafka.moveLeader(
        'heroes',
        0,
        kafka.nodes.find(({ id, isRunning }) => isRunning && id !== kafka.leaderOf('heroes', 0))!.id,
      );
      await transaction.abort();
      expect((await kafka.records('heroes')).map(({ value }) => String(value))).toEqual(['moved', 'stopped']);
    } finally {
      await producer.disconnect();
    }
  });
});
