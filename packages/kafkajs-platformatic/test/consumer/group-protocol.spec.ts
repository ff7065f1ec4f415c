import { EmbeddedKafka } from 'embedded-kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ground } from './ground.js';

describe('A consumer that asks for KIP-848 of a broker without it', () => {
  let kafka: EmbeddedKafka;
  let ground: Ground;
  beforeAll(async () => {
    kafka = await EmbeddedKafka.start({ asVersion: '3.9' });
    ground = await Ground.on(kafka.brokers);
  });
  afterAll(async () => {
    await ground.close();
    await kafka.stop();
  });

  it('is told at once what to use in its place, and crashes visibly', async () => {
    const topic = await ground.topic(1);
    const consumer = ground.consumer({ groupId: ground.name('group'), groupProtocol: 'consumer' });
    const crash = new Promise<string>(resolve =>
      consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error.message)),
    );
    await consumer.connect();
    await consumer.subscribe({ topics: [topic] });
    await expect(consumer.run({ eachMessage: async () => {} })).rejects.toThrow(/Set groupProtocol to "classic"/);
    expect(await crash).toContain('KIP-848');
  });
});

describe('A consumer on an older broker', () => {
  it('consumes from Kafka 3.0, the oldest that it can', async () => {
    const kafka = await EmbeddedKafka.start({ asVersion: '3.0' });
    const ground = await Ground.on(kafka.brokers);
    const topic = await ground.topic(1);
    await ground.produce(topic, 0, ['hello']);
    const consumer = ground.consumer({ groupId: ground.name('group') });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const seen = new Promise<string>(resolve => {
      void consumer.run({ eachMessage: async ({ message }) => resolve(String(message.value)) });
    });
    expect(await seen).toBe('hello');
    await ground.close();
    await kafka.stop();
  });
});
