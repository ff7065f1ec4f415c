import { EmbeddedKafka } from 'embedded-kafka';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Ground, until } from './ground.js';

describe('A consumer that is stopped under a handler which does not end', () => {
  let kafka: EmbeddedKafka;
  let ground: Ground;
  beforeAll(async () => {
    kafka = await EmbeddedKafka.start();
    ground = await Ground.on(kafka.brokers);
  });
  afterEach(() => ground.closeConsumers());
  afterAll(async () => {
    await ground.close();
    await kafka.stop();
  });

  it('leaves its group once its handlers are abandoned: what was handled is committed, what was not is for others', async () => {
    const topic = await ground.topic(2);
    const groupId = ground.name('group');
    const released = Promise.withResolvers<void>();
    const begun: string[] = [];
    await ground.produce(topic, 0, ['done', 'hangs']);
    await ground.produce(topic, 1, ['done too']);
    const consumer = ground.consumer({ groupId, sessionTimeout: 30_000 });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        begun.push(String(message.value));
        if (String(message.value) === 'hangs') {
          await released.promise;
        }
      },
    });
    await until(() => begun.length === 3, 'all have begun');
    let stopped = false;
    const stopping = consumer.disconnect().then(() => {
      stopped = true;
    });
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(stopped).toBe(false);
    consumer.abandonHandlers();
    await stopping;
    expect(await ground.committed(groupId, topic)).toEqual([1, 1]);

    // Long before the session of the first one could have run out.
    const next = ground.consumer({ groupId });
    const redelivered: string[] = [];
    await next.connect();
    await next.subscribe({ topics: [topic], fromBeginning: true });
    await next.run({
      eachMessage: async ({ message }) => {
        redelivered.push(String(message.value));
      },
    });
    await until(() => redelivered.length === 1, 'the abandoned message comes to the next one');
    expect(redelivered).toEqual(['hangs']);
    released.resolve();
  });
});
