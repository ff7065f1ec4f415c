import { Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RawClient } from './group/raw-client.fixture.js';
import { EmbeddedKafka, ManualClock } from './index.js';
import { consumerGroupDescribeCodec } from './protocol/generated/consumer-group-describe.js';
import { consumerGroupHeartbeatCodec } from './protocol/generated/consumer-group-heartbeat.js';
import { describeGroupsCodec } from './protocol/generated/describe-groups.js';
import { joinGroupCodec } from './protocol/generated/join-group.js';
import { metadataCodec } from './protocol/generated/metadata.js';
import { syncGroupCodec } from './protocol/generated/sync-group.js';

/** Milliseconds that a virtual half minute may really take, on a machine that has other things to do. */
const BRIEFLY = 10_000;

describe('An EmbeddedKafka on a manual clock', () => {
  let clock: ManualClock;
  let kafka: EmbeddedKafka;
  let raw: RawClient;
  beforeEach(async () => {
    clock = new ManualClock();
    kafka = await EmbeddedKafka.start({ clock, topics: ['heroes'] });
    raw = await RawClient.connect(kafka.brokers[0] ?? '', 'raw');
  });
  afterEach(async () => {
    raw.destroy();
    await kafka.stop();
  });

  async function groupState(): Promise<string | undefined> {
    const { groups } = await raw.send(describeGroupsCodec, 5, { groups: ['league'] });
    return groups[0]?.groupState;
  }

  it('ends a session of 30 s in no time', async () => {
    const startedAt = performance.now();
    const request = {
      groupId: 'league',
      sessionTimeoutMs: 30_000,
      rebalanceTimeoutMs: 60_000,
      memberId: '',
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
    };
    const { memberId } = await raw.send(joinGroupCodec, 9, request);
    const { generationId } = await raw.send(joinGroupCodec, 9, { ...request, memberId });
    const protocol = { protocolType: 'consumer', protocolName: 'range', assignments: [] };
    await raw.send(syncGroupCodec, 5, { groupId: 'league', memberId, generationId, ...protocol });
    await clock.advance(29_999);
    expect(await groupState()).toBe('Stable');
    await clock.advance(1);
    expect(await groupState()).toBe('Empty');
    expect(performance.now() - startedAt).toBeLessThan(BRIEFLY);
  });

  it('ends the session of a member of the consumer protocol', async () => {
    await raw.send(consumerGroupHeartbeatCodec, 1, {
      groupId: 'league',
      memberId: 'one',
      memberEpoch: 0,
      rebalanceTimeoutMs: 60_000,
      subscribedTopicNames: ['heroes'],
      topicPartitions: [],
    });
    const describeLeague = async (): Promise<string | undefined> => {
      const request = { groupIds: ['league'], includeAuthorizedOperations: false };
      return (await raw.send(consumerGroupDescribeCodec, 1, request)).groups[0]?.groupState;
    };
    expect(await describeLeague()).toBe('Stable');
    await clock.advance(45_000);
    expect(await describeLeague()).toBe('Empty');
  });

  it('aborts a transaction that takes longer than its timeout', async () => {
    const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    const producer = client.producer({ transactionalId: 'tx', transactionTimeout: 60_000, maxInFlightRequests: 1 });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'heroes', messages: [{ value: 'late' }] });
    await clock.advance(60_000);
    await expect(transaction.commit()).rejects.toThrow(/old epoch/);
    expect(await kafka.records('heroes')).toEqual([]);
    await producer.disconnect();
  });

  it('deletes records whose retention is over', async () => {
    await kafka.createTopic({ name: 'shortlived', configs: { 'retention.ms': 3_600_000 } });
    const producer = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    await producer.send({ topic: 'shortlived', messages: [{ value: 'old' }] });
    await producer.disconnect();
    await clock.advance(3_500_000);
    expect(await kafka.records('shortlived')).toHaveLength(1);
    await clock.advance(600_000);
    expect(await kafka.records('shortlived')).toEqual([]);
  });

  it('answers late by the clock where a fault says so', async () => {
    const fault = kafka.faults.inject({ api: 'Metadata', delayMs: 60_000 });
    let isAnswered = false;
    const answer = raw
      .send(metadataCodec, 12, { topics: [], allowAutoTopicCreation: false })
      .then(() => (isAnswered = true));
    await expect.poll(() => fault.hits).toBe(1);
    await clock.advance(59_999);
    expect(isAnswered).toBe(false);
    await clock.advance(1);
    await answer;
  });

  it('lets a consumer join and read without being moved', async () => {
    const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    const producer = client.producer();
    await producer.connect();
    const consumer = client.consumer({ groupId: 'readers', maxWaitTimeInMs: 50 });
    await consumer.connect();
    await consumer.subscribe({ topic: 'heroes', fromBeginning: true });
    const seen = new Promise<string>(resolve => {
      void consumer.run({ eachMessage: async ({ message }) => resolve(String(message.value)) });
    });
    await producer.send({ topic: 'heroes', messages: [{ value: 'hello' }] });
    expect(await seen).toBe('hello');
    await Promise.all([consumer.disconnect(), producer.disconnect()]);
  });

  it('does not go back, and says what a clock must have', async () => {
    await expect(clock.advance(-1)).rejects.toThrow(RangeError);
    await expect(EmbeddedKafka.start({ clock: {} as ManualClock })).rejects.toThrow(/clock must have the methods now/);
  });
});
