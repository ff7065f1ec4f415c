import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedKafka } from '../../index.js';
import { until } from '../ground.fixture.js';

describe('@platformatic/kafka 2.12.1 with the consumer protocol (KIP-848)', () => {
  let kafka: EmbeddedKafka;
  beforeAll(async () => {
    kafka = await EmbeddedKafka.start({
      topics: [{ name: 'heroes', partitions: 4 }],
      groupConsumerHeartbeatIntervalMs: 50,
    });
  });
  afterAll(() => kafka.stop());

  it('shares the partitions of a group, hands them over when a member leaves, and resumes from its commits', async () => {
    const base = { bootstrapBrokers: kafka.brokers, retryDelay: 50 };
    const producer = new Producer({ ...base, clientId: 'producer', serializers: stringSerializers });
    let sent = 0;
    const send = async (count: number): Promise<void> => {
      const messages = Array.from({ length: count }, () => ({
        topic: 'heroes',
        value: `hero ${sent}`,
        partition: sent++ % 4,
      }));
      await producer.send({ messages, acks: -1 });
    };
    const handled = new Map<string, Set<string>>();
    const failures: unknown[] = [];
    const run = async (name: string): Promise<() => Promise<void>> => {
      const consumer = new Consumer({
        ...base,
        clientId: name,
        groupId: 'league',
        groupProtocol: 'consumer',
        deserializers: stringDeserializers,
      });
      handled.set(name, new Set());
      const stream = await consumer.consume({
        topics: ['heroes'],
        mode: 'committed',
        fallbackMode: 'earliest',
        maxWaitTime: 50,
        autocommit: 50,
      });
      stream.on('error', error => failures.push(error));
      stream.on('data', message => handled.get(name)?.add(message.value));
      return () => consumer.close(true);
    };
    const total = (): number => new Set([...handled.values()].flatMap(values => [...values])).size;
    const told = (): string => `${total()} of ${sent} handled; ${failures.join()}`;
    const admin = new Admin({ ...base, clientId: 'admin' });
    const type = async (): Promise<string | undefined> =>
      (await admin.listGroups({ types: ['consumer'] })).get('league')?.groupType;

    const leave = await run('leaver');
    const stop = await run('survivor');
    expect(await type()).toBe('consumer');
    while ([...handled.values()].some(values => values.size === 0)) {
      await send(40);
      await until(() => total() === sent, told);
    }
    await leave();
    await send(40);
    await until(() => total() === sent, told);
    await new Promise(resolve => setTimeout(resolve, 200));
    await stop();
    const before = sent;
    const stopHeir = await run('heir');
    await send(4);
    await until(() => total() === sent, told);
    const expected = [0, 1, 2, 3].map(index => `hero ${before + index}`);
    expect([...(handled.get('heir') ?? [])].sort()).toEqual(expected.sort());
    expect(failures).toEqual([]);
    await stopHeir();
    await Promise.all([producer.close(), admin.close()]);
  }, 60_000);
});
