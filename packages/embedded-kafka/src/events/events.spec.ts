import { Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedKafka, type BrokerEvent } from '../index.js';

describe('The events of an EmbeddedKafka', () => {
  let kafka: EmbeddedKafka;
  let client: Kafka;
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: ['heroes'] });
    client = new Kafka({ brokers: kafka.brokers, clientId: 'tester', logLevel: logLevel.NOTHING });
  });
  afterEach(() => kafka.stop());

  async function produce(...values: string[]): Promise<void> {
    const producer = client.producer();
    await producer.connect();
    await producer.send({ topic: 'heroes', messages: values.map(value => ({ value })) });
    await producer.disconnect();
  }

  it('tell of topics, requests, rebalances and commits, in their order, until the broker stops', async () => {
    const told: BrokerEvent[] = [];
    const reading = (async () => {
      for await (const event of kafka.events) told.push(event);
    })();
    await kafka.createTopic({ name: 'villains', partitions: 2 });
    await kafka.deleteTopic('villains');
    await produce('one');
    const consumer = client.consumer({ groupId: 'league' });
    await consumer.connect();
    await consumer.subscribe({ topic: 'heroes', fromBeginning: true });
    await consumer.run({ eachMessage: async () => undefined });
    await kafka.untilConsumed('league', { topics: ['heroes'] });
    await consumer.disconnect();
    await kafka.stop();
    await reading;
    expect(told[0]).toMatchObject({ type: 'topicChanged', topic: 'villains', partitions: 2 });
    expect(told[1]).toMatchObject({ type: 'topicDeleted', topic: 'villains' });
    const requests = told.filter(event => event.type === 'request');
    expect(requests.find(({ api }) => api === 'Produce')).toMatchObject({ clientId: 'tester', version: 7, nodeId: 1 });
    expect(told).toContainEqual(
      expect.objectContaining({ type: 'groupRebalanced', group: 'league', generation: 1, members: 1 }),
    );
    expect(told).toContainEqual(
      expect.objectContaining({ type: 'offsetCommitted', group: 'league', topic: 'heroes', partition: 0, offset: 1n }),
    );
  });

  it('tell of connections, faults, nodes, leaders and ends of transactions', async () => {
    await using cluster = await EmbeddedKafka.start({ brokers: 2, topics: ['heroes'] });
    const told: BrokerEvent[] = [];
    const reading = (async () => {
      for await (const event of cluster.events) told.push(event);
    })();
    const transactional = new Kafka({
      brokers: cluster.brokers,
      clientId: 'tester',
      logLevel: logLevel.NOTHING,
    }).producer({
      transactionalId: 'payments',
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await transactional.connect();
    const fault = cluster.faults.inject({ api: 'EndTxn', delayMs: 1, count: 1 });
    const transaction = await transactional.transaction();
    await transaction.send({ topic: 'heroes', messages: [{ value: 'one' }] });
    await transaction.abort();
    await transactional.disconnect();
    const leader = cluster.leaderOf('heroes', 0);
    await cluster.stopNode(leader);
    await cluster.startNode(leader);
    await cluster.stop();
    await reading;
    const has = (event: object): void => expect(told).toContainEqual(expect.objectContaining(event));
    has({ type: 'connectionOpened', listener: 'PLAINTEXT', clientHost: '/127.0.0.1' });
    has({ type: 'connectionClosed', reason: null });
    has({ type: 'faultHit', faultId: fault.id, api: 'EndTxn', clientId: 'tester' });
    has({ type: 'transactionEnded', transactionalId: 'payments', committed: false });
    has({ type: 'nodeStopped', nodeId: leader });
    has({
      type: 'leaderChanged',
      topic: 'heroes',
      partition: 0,
      leader: 3 - leader,
      leaderEpoch: 1,
      isr: [3 - leader],
    });
    has({ type: 'nodeStarted', nodeId: leader });
  });

  it('are told to a listener until it is ended', async () => {
    const topics: string[] = [];
    const stop = kafka.events.on('topicChanged', ({ topic }) => topics.push(topic));
    await kafka.createTopic('villains');
    stop();
    await kafka.createTopic('sidekicks');
    expect(topics).toEqual(['villains']);
  });

  it('do not pile up without end for a reader that does not read', async () => {
    const reader = kafka.events[Symbol.asyncIterator]();
    for (let index = 0; index < 10_050; index++) {
      await kafka.createTopic('x');
      await kafka.deleteTopic('x');
    }
    await kafka.stop();
    let count = 0;
    while ((await reader.next()).done !== true) count++;
    expect(count).toBe(10_000);
  });

  it('untilConsumed says what is left when it takes too long, and which topic there is not', async () => {
    await produce('one', 'two');
    await expect(kafka.untilConsumed('league', { timeoutMs: 20 })).rejects.toThrow(/has not committed anything/);
    await expect(kafka.untilConsumed('league', { topics: ['heroes'], timeoutMs: 20 })).rejects.toThrow(
      /league.*heroes-0 at 0 of 2/,
    );
    await expect(kafka.untilConsumed('league', { topics: ['nowhere'] })).rejects.toThrow(/nowhere/);
  });
});
