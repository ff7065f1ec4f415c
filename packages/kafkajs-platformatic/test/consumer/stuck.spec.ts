import { EmbeddedKafka } from 'embedded-kafka';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PartitionAssigners, type Assigner, type PartitionAssigner } from '../../src/assigners/index.js';
import type { Consumer } from '../../src/consumer/consumer.js';
import type { ConsumerConfig } from '../../src/consumer/consumer-types.js';
import { FaultyProxy } from '../support/faulty-proxy.js';
import { Ground, until, wait } from './ground.js';

const TOPIC = 'watched';
const HEARTBEAT = 12;
const JOIN_GROUP = 11;
const SYNC_GROUP = 14;
/** The shortest patience that there can be, so that a stall is noticed soon. */
const IMPATIENT = { requestTimeout: 300, connectionTimeout: 300, authenticationTimeout: 100 };
const SHORT: Partial<ConsumerConfig> = {
  sessionTimeout: 1_000,
  rebalanceTimeout: 500,
  heartbeatInterval: 50,
  maxWaitTimeInMs: 100,
};

/** Round robin, but that `assign` never settles for the first `times`. */
function frozenAssigner(times: number): PartitionAssigner {
  let asked = 0;
  return config => {
    const assigner: Assigner = PartitionAssigners.roundRobin(config);
    return {
      ...assigner,
      protocol: subscription => assigner.protocol(subscription),
      assign: group => (++asked <= times ? new Promise(() => {}) : assigner.assign(group)),
    };
  };
}

describe('A consumer that is stuck', () => {
  let kafka: EmbeddedKafka;
  let ground: Ground;
  let handled: string[];
  let crashes: { error: Error; restart: boolean }[];
  let rebalances: number;

  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: [{ name: TOPIC, partitions: 2 }] });
    ground = await Ground.on(kafka.brokers);
    handled = [];
    crashes = [];
    rebalances = 0;
  });
  afterEach(async () => {
    await ground.close();
    await kafka.stop();
  });

  async function consume(config: Partial<ConsumerConfig>, client = {}): Promise<Consumer> {
    const consumer = ground.consumer({ groupId: 'watched', ...SHORT, ...config }, { ...IMPATIENT, ...client });
    consumer.on(consumer.events.CRASH, ({ payload }) => void crashes.push(payload));
    consumer.on(consumer.events.REBALANCING, () => void rebalances++);
    await consumer.connect();
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message }) => void handled.push(`${partition}/${String(message.value)}`),
    });
    return consumer;
  }

  it('in an assigner that never settles joins anew, says so, and loses nothing', { timeout: 40_000 }, async () => {
    await ground.produce(TOPIC, 0, ['a', 'b']);
    const consumer = await consume({ partitionAssigners: [frozenAssigner(1)] });
    await until(() => handled.length === 2, 'the messages');
    expect(handled).toEqual(['0/a', '0/b']);
    expect(crashes).toMatchObject(
      [{ restart: true, error: { message: /stuck.*its membership \(joining\)/ } }].map(({ restart, error }) => ({
        restart,
        error: { message: expect.stringMatching(error.message) as string },
      })),
    );
    // One member, not the ghost of the first one beside it.
    expect((await consumer.describeGroup()).members).toHaveLength(1);
    await consumer.disconnect();
  });

  it('can be stopped while it is', async () => {
    const running = consume({ partitionAssigners: [frozenAssigner(Number.POSITIVE_INFINITY)] });
    await until(async () => (await groupState()) === 'CompletingRebalance', 'the assigner');
    await ground.close();
    await running;
    expect(handled).toEqual([]);
  });

  it('is not one whose event loop was blocked', async () => {
    const consumer = await consume({ sessionTimeout: 30_000 });
    await ground.produce(TOPIC, 0, ['before']);
    await until(() => handled.length === 1, 'the message before');
    const end = performance.now() + 1_500;
    while (performance.now() < end);
    await ground.produce(TOPIC, 1, ['after']);
    await until(() => handled.length === 2, 'the message after');
    expect([crashes, rebalances]).toEqual([[], 0]);
    await consumer.disconnect();
  });

  it('is not one with much to handle at once: timers and sockets have their turns between its messages', async () => {
    const count = 400;
    await ground.produce(
      TOPIC,
      0,
      Array.from({ length: count }, (_, i) => String(i)),
    );
    let turns = 0;
    let seen = 0;
    const turn = (): void => {
      turns++;
      if (seen > 0 && seen < count) {
        setImmediate(turn);
      }
    };
    const consumer = ground.consumer({ groupId: 'watched', ...SHORT, sessionTimeout: 20_000 });
    await consumer.connect();
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await consumer.run({
      eachMessage: async () => {
        if (++seen === 1) {
          setImmediate(turn);
        }
        for (const end = performance.now() + 1; performance.now() < end;);
      },
    });
    await until(() => seen === count, 'all messages');
    // 20 ms of messages a turn, and what the fetch itself brought.
    expect(turns).toBeGreaterThan(8);
    await consumer.disconnect();
  });

  it('is not one whose coordinator connection has died without a word: it is replaced while the session lasts', async () => {
    const proxy = await FaultyProxy.start(kafka.brokers);
    const consumer = await consume({ sessionTimeout: 20_000 }, { brokers: proxy.brokers });
    await until(() => proxy.requests.some(({ apiKey }) => apiKey === HEARTBEAT), 'a heartbeat');
    let beats = 0;
    consumer.on(consumer.events.HEARTBEAT, () => void beats++);
    let silent = 2;
    proxy.fate = ({ apiKey }) => (apiKey === HEARTBEAT && silent-- > 0 ? 'swallow-response' : 'pass');
    await until(() => silent < 0 && beats > 2, 'heartbeats over a new connection');
    await ground.produce(TOPIC, 1, ['after']);
    await until(() => handled.length === 1, 'the message');
    expect([crashes, rebalances]).toEqual([[], 0]);
    await consumer.disconnect();
    await proxy.stop();
  });

  it.each([
    ['JoinGroup', JOIN_GROUP],
    ['SyncGroup', SYNC_GROUP],
  ])(
    'is not one whose connection has died without a word while %s waited: the answer is asked for again',
    async (_, api) => {
      const proxy = await FaultyProxy.start(kafka.brokers);
      let asked = 0;
      // The first JoinGroup only brings a member id.
      const dead = api === JOIN_GROUP ? 2 : 1;
      proxy.fate = ({ apiKey }) => (apiKey === api && ++asked === dead ? 'swallow-response' : 'pass');
      // As long as many handlers need: what is lost is not to be waited for as long.
      const consumer = await consume({ sessionTimeout: 20_000, rebalanceTimeout: 60_000 }, { brokers: proxy.brokers });
      await ground.produce(TOPIC, 1, ['after']);
      await until(() => handled.length === 1, 'the message');
      expect(asked).toBeGreaterThan(dead);
      expect(crashes).toEqual([]);
      await consumer.disconnect();
      await proxy.stop();
    },
  );

  it('names the partition, its offset and the reason, of fetching and of looking up offsets', async () => {
    await ground.produce(TOPIC, 0, ['a']);
    const fault = kafka.faults.inject({ api: 'OffsetFetch', errorCode: 'UNSTABLE_OFFSET_COMMIT' });
    const consumer = await consume({});
    await until(() => consumer.standstills(300).length === 2, 'both partitions');
    expect(consumer.standstills(300)).toContainEqual({
      topic: TOPIC,
      partition: 1,
      offset: null,
      silence: expect.any(Number),
      reason: expect.stringMatching(/Committed offsets could not be read: .*UNSTABLE|transaction/) as string,
    });
    fault.remove();
    await until(() => handled.length === 1 && consumer.standstills(300).length === 0, 'the message');
    const broken = kafka.faults.inject({ api: 'Fetch', errorCode: 'KAFKA_STORAGE_ERROR' });
    await until(() => consumer.standstills(300).length === 2, 'both partitions again');
    expect(consumer.standstills(300)).toContainEqual({
      topic: TOPIC,
      partition: 0,
      offset: '1',
      silence: expect.any(Number),
      reason: expect.stringContaining(`Fetching ${TOPIC}[0] at offset 1`) as string,
    });
    broken.remove();
    await until(() => consumer.standstills(300).length === 0, 'an answer');
    await ground.produce(TOPIC, 0, ['b']);
    await until(() => handled.length === 2, 'the second message');
    expect(crashes).toEqual([]);
    await wait(0);
    await consumer.disconnect();
  });

  async function groupState(): Promise<string | undefined> {
    const { groups } = await ground.admin.describeGroups(['watched']);
    return groups[0]?.state;
  }
});
