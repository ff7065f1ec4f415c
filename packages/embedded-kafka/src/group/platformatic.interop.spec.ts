import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGround, until, type Ground } from './ground.fixture.js';

describe('@platformatic/kafka 2.12.1', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await startGround();
  });
  afterAll(() => ground.stop());

  it('consumes in a classic group, gives its partitions to the other when it leaves, and resumes from its commits', async () => {
    const [topic, groupId] = [ground.unique('heroes'), ground.unique('league')];
    const base = { bootstrapBrokers: ground.brokers, retryDelay: 50 };
    const admin = new Admin({ ...base, clientId: 'admin' });
    await admin.createTopics({ topics: [topic], partitions: 4, replicas: 1 });
    const producer = new Producer({ ...base, clientId: 'producer', serializers: stringSerializers });
    let sent = 0;
    const send = async (count: number): Promise<void> => {
      const messages = Array.from({ length: count }, () => ({ topic, value: `hero ${sent}`, partition: sent++ % 4 }));
      await producer.send({ messages, acks: -1 });
    };

    const handled = new Map<string, Set<string>>();
    const assigned = new Map<string, number>();
    const failures: unknown[] = [];
    const run = async (name: string): Promise<() => Promise<void>> => {
      const consumer = new Consumer({
        ...base,
        clientId: name,
        groupId,
        deserializers: stringDeserializers,
        sessionTimeout: ground.sessionTimeoutMs,
        rebalanceTimeout: 10_000,
        heartbeatInterval: 100,
      });
      handled.set(name, new Set());
      consumer.on('consumer:group:join', ({ assignments }) => {
        assigned.set(name, assignments?.flatMap(({ partitions }) => partitions).length ?? 0);
      });
      const stream = await consumer.consume({
        topics: [topic],
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
    const told = (): string =>
      `${total()} of ${sent} handled, partitions ${JSON.stringify([...assigned])}, ${failures}`;

    const leave = await run('leaver');
    const stop = await run('survivor');
    await until(() => assigned.get('leaver') === 2 && assigned.get('survivor') === 2, told);
    await send(80);
    await until(() => total() === sent, told);
    expect([...handled.values()].map(values => values.size > 0)).toEqual([true, true]);

    await leave();
    await send(80);
    await until(() => total() === sent && assigned.get('survivor') === 4, told);
    await new Promise(resolve => setTimeout(resolve, 300));
    await stop();

    const stopHeir = await run('heir');
    await send(4);
    await until(() => total() === sent, told);
    expect([...(handled.get('heir') ?? [])].sort()).toEqual(['hero 160', 'hero 161', 'hero 162', 'hero 163']);
    expect(failures).toEqual([]);
    await stopHeir();
    await Promise.all([producer.close(), admin.close()]);
  }, 60_000);
});
