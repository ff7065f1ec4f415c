import { EmbeddedKafka } from 'embedded-kafka';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EachMessageHandler } from '../../src/consumer/consumer-types.js';
import { Ground, until, wait } from './ground.js';

describe('A handler that defers', () => {
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

  async function consume(values: readonly string[], eachMessage: EachMessageHandler) {
    const topic = await ground.topic(1);
    const groupId = ground.name('group');
    await ground.produce(topic, 0, values);
    const consumer = ground.consumer({ groupId, retry: { initialRetryTime: 50 } });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ eachMessage });
    return { consumer, committed: () => ground.committed(groupId, topic) };
  }

  it('lets the next message be handled, and commits nothing past what waits', async () => {
    const second = Promise.withResolvers<void>();
    const deferred: string[] = [];
    const waiting = await consume(['0', '1', '2', '3'], async payload => {
      deferred.push(String(payload.message.value));
      payload.defer(payload.message.offset === '1' ? second.promise : Promise.resolve());
    });
    await until(() => deferred.length === 4, 'all messages handled while the second one waits');
    await wait(700);
    expect((await waiting.committed())[0]).toBeLessThanOrEqual(1);
    second.resolve();
    await until(async () => (await waiting.committed())[0] === 4, 'everything is committed once it is done');
  });

  it('is delivered the message again from which on something failed', async () => {
    const deliveries: string[] = [];
    const { committed } = await consume(['0', '1', '2'], async payload => {
      const { message, attempt } = payload;
      deliveries.push(`${String(message.value)}#${attempt}`);
      payload.defer(
        wait(20).then(() => {
          if (message.offset === '1' && attempt < 3) {
            throw new Error('the acknowledgement did not come');
          }
        }),
      );
    });
    await until(async () => (await committed())[0] === 3, 'everything is committed in the end');
    expect(deliveries.filter(delivery => delivery.startsWith('0'))).toEqual(['0#1']);
    expect(deliveries.filter(delivery => delivery.startsWith('1'))).toEqual(['1#1', '1#2', '1#3']);
    expect(deliveries.filter(delivery => delivery.startsWith('2')).length).toBeGreaterThanOrEqual(1);
  });

  it('goes back to what failed first, also when a later handler throws meanwhile', async () => {
    const deliveries: string[] = [];
    let failed = false;
    const { committed } = await consume(['0', '1'], async payload => {
      const value = String(payload.message.value);
      deliveries.push(value);
      if (!failed && value === '0') {
        payload.defer(wait(50).then(() => Promise.reject(new Error('late failure'))));
      }
      if (!failed && value === '1') {
        failed = true;
        throw new Error('early failure');
      }
    });
    await until(async () => (await committed())[0] === 2, 'everything is committed in the end');
    expect(deliveries).toEqual(['0', '1', '0', '1']);
  });

  it('is heard when it throws after it deferred, and what it deferred fails too', async () => {
    let attempts = 0;
    const { committed } = await consume(['0'], async payload => {
      attempts = payload.attempt;
      if (attempts === 1) {
        payload.defer(wait(10).then(() => Promise.reject(new Error('nobody listens to this one'))));
        throw new Error('the handler fails');
      }
    });
    await until(async () => (await committed())[0] === 1, 'the message is handled at the second attempt');
    expect(attempts).toBe(2);
  });

  it('keeps a disconnect waiting, and what it waited for is committed', async () => {
    const started = Promise.withResolvers<void>();
    const { consumer, committed } = await consume(['0'], async payload => {
      payload.defer(wait(300));
      started.resolve();
    });
    await started.promise;
    await consumer.disconnect();
    expect(await committed()).toEqual([1]);
  });

  it('cannot defer once it has returned', async () => {
    const late = Promise.withResolvers<unknown>();
    await consume(['0'], async payload => {
      setTimeout(() => {
        try {
          payload.defer(Promise.resolve());
          late.resolve(undefined);
        } catch (error) {
          late.resolve(error);
        }
      }, 20);
    });
    expect(String(await late.promise)).toContain('Call it before the handler returns');
  });
});
