import { Admin, Producer, stringSerializers } from '@platformatic/kafka';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGround, until, type Ground } from '../group/ground.fixture.js';

/** Its consumer shows aborted records (seen on Apache Kafka, too), so that what it wrote is read by kafkajs. */
describe('@platformatic/kafka 2.12.1', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await startGround();
  });
  afterAll(() => ground.stop());

  it('commits and aborts transactions, with its own idea of who it is', { timeout: 60_000 }, async () => {
    const topic = ground.unique('heroes');
    const base = { bootstrapBrokers: ground.brokers, retryDelay: 50 };
    const admin = new Admin({ ...base, clientId: 'admin' });
    await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 });
    // Without these it sends producer id 0 and epoch 0, which a new transactional id takes.
    const producer = new Producer({
      ...base,
      clientId: 'producer',
      idempotent: true,
      transactionalId: ground.unique('tx'),
      serializers: stringSerializers,
    });
    for (const [value, committed] of [
      ['A0', false],
      ['C1', true],
      ['A2', false],
      ['C3', true],
    ] as const) {
      const transaction = await producer.beginTransaction();
      await transaction.send({ messages: [{ topic, value }], acks: -1 });
      await (committed ? transaction.commit() : transaction.abort());
    }
    await Promise.all([producer.close(), admin.close()]);

    const kafka = new Kafka({ brokers: ground.brokers, logLevel: logLevel.NOTHING });
    const consumer = kafka.consumer({ groupId: ground.unique('reader'), maxWaitTimeInMs: 100 });
    const values: string[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        values.push(String(message.value));
      },
    });
    await until(
      () => values.includes('C3'),
      () => `C3, got ${values.join()}`,
    );
    await consumer.disconnect();
    expect(values).toEqual(['C1', 'C3']);
  });
});
