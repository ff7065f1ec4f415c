import { connect, type Socket } from 'node:net';
import { Kafka, logLevel, type Consumer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGround, until, type Ground } from './ground.fixture.js';

/** A kafkajs client whose network can be cut for good, as if its process had been killed. */
class Mortal {
  readonly kafka: Kafka;
  readonly #sockets = new Set<Socket>();
  #isDead = false;

  constructor(brokers: string[], clientId: string) {
    this.kafka = new Kafka({
      brokers,
      clientId,
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 50, maxRetryTime: 300, retries: 2 },
      socketFactory: ({ host, port, onConnect }) => {
        const socket = connect({ host, port }, onConnect);
        this.#sockets.add(socket);
        if (this.#isDead) socket.destroy(new Error('killed'));
        return socket;
      },
    });
  }

  kill(): void {
    this.#isDead = true;
    for (const socket of this.#sockets) socket.destroy(new Error('killed'));
  }
}

describe('kafkajs 2.2.4', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await startGround();
  });
  afterAll(() => ground.stop());

  it('consumes in a group of three of which one leaves and one is killed, and a new member resumes where they stopped', async () => {
    const [topic, groupId] = [ground.unique('heroes'), ground.unique('league')];
    const owner = new Mortal(ground.brokers, 'owner').kafka;
    const admin = owner.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 6 }], waitForLeaders: true });
    const producer = owner.producer();
    await producer.connect();

    let sent = 0;
    const send = async (count: number): Promise<void> => {
      const messages = Array.from({ length: count }, () => ({ value: `hero ${sent}`, partition: sent++ % 6 }));
      await producer.send({ topic, messages });
    };
    const handled = new Map<string, Set<string>>();
    const assigned = new Map<string, number>();
    const run = async (mortal: Mortal, name: string): Promise<Consumer> => {
      const consumer = mortal.kafka.consumer({
        groupId,
        sessionTimeout: ground.sessionTimeoutMs,
        rebalanceTimeout: 10_000,
        heartbeatInterval: 100,
        maxWaitTimeInMs: 50,
        retry: { initialRetryTime: 50, maxRetryTime: 300, retries: 2, restartOnFailure: () => Promise.resolve(false) },
      });
      handled.set(name, new Set());
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        assigned.set(name, Object.values(payload.memberAssignment).flat().length);
      });
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({
        autoCommitInterval: 100,
        eachMessage: async ({ message }) => {
          handled.get(name)?.add(String(message.value));
        },
      });
      return consumer;
    };
    const total = (): number => new Set([...handled.values()].flatMap(values => [...values])).size;
    const told = (): string => `${total()} of ${sent} handled, partitions ${JSON.stringify([...assigned])}`;
    const shares = (...names: string[]): number[] => names.map(name => assigned.get(name) ?? 0);

    const mortals = ['leaver', 'victim', 'survivor'].map(name => ({ name, mortal: new Mortal(ground.brokers, name) }));
    const consumers = await Promise.all(mortals.map(({ name, mortal }) => run(mortal, name)));
    await until(() => String(shares('leaver', 'victim', 'survivor')) === '2,2,2', told);
    await send(120);
    await until(() => total() === sent, told);
    for (const values of handled.values()) expect(values.size).toBe(40);

    await consumers[0]?.disconnect();
    assigned.delete('leaver');
    await send(120);
    await until(() => total() === sent && String(shares('victim', 'survivor')) === '3,3', told);

    mortals[1]?.mortal.kill();
    await send(120);
    await until(() => total() === sent && String(shares('survivor')) === '6', told, 20_000);
    await consumers[2]?.disconnect();
    const offsets = await admin.fetchOffsets({ groupId, topics: [topic] });
    expect(offsets[0]?.partitions.map(({ offset }) => offset)).toEqual(Array.from({ length: 6 }, () => '60'));

    const heir = await run(new Mortal(ground.brokers, 'heir'), 'heir');
    await send(6);
    await until(() => handled.get('heir')?.size === 6, told);
    expect([...(handled.get('heir') ?? [])].sort()).toEqual(
      Array.from({ length: 6 }, (_, index) => `hero ${360 + index}`),
    );

    const { groups } = await admin.describeGroups([groupId]);
    expect(groups[0]).toMatchObject({ state: 'Stable', protocolType: 'consumer', protocol: 'RoundRobinAssigner' });
    expect(groups[0]?.members.map(member => member.clientId)).toEqual(['heir']);
    await heir.disconnect();
    await admin.deleteGroups([groupId]);
    expect((await admin.listGroups()).groups.map(group => group.groupId)).not.toContain(groupId);
    await Promise.all([producer.disconnect(), admin.disconnect(), consumers[1]?.disconnect()]);
  }, 60_000);
});
