import { EmbeddedKafka } from 'embedded-kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ground } from './ground.js';

describe('A consumer that asks for KIP-848 of a broker without it', () => {
  let kafka: EmbeddedKafka;
  let ground: Ground;
  beforeAll(async () => {
    kafka = await EmbeddedKafka.start();
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
