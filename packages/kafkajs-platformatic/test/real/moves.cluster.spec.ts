import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startKafka, type KafkaCluster } from '../../../../scripts/kafka/index.ts';
import { Cluster } from '../../src/cluster/cluster.js';
import type { CoordinatorType } from '../../src/cluster/coordinators.js';
import { resolveClientConfig } from '../../src/config/client-config.js';
import type { Consumer } from '../../src/consumer/consumer.js';
import type { ConsumerConfig } from '../../src/consumer/consumer-types.js';
import { Kafka } from '../../src/kafka.js';
import type { Producer, ProducerConfig } from '../../src/index.js';
import { Ground, until } from '../consumer/ground.js';

/** Enough attempts to outlast the death of a node; nothing here waits for them to run out. */
const PATIENT = { retries: 1_000, initialRetryTime: 50, maxRetryTime: 1_000 };
/** A killed broker is taken back only after its session has run out. */
const BROKER_SESSION = 4_000;

const name = (kind: string): string => `moves.${kind}.${Math.random().toString(36).slice(2, 8)}`;

describe('On three nodes of Apache Kafka', () => {
  let cluster: KafkaCluster;
  let ground: Ground;
  let kafka: Kafka;
  const open: { disconnect(): Promise<void> }[] = [];
  const crashes: Error[] = [];

  beforeAll(async () => {
    cluster = await startKafka({
      nodes: 3,
      properties: ({ id }) => ({
        'broker.session.timeout.ms': BROKER_SESSION,
        'broker.rack': `rack-${id}`,
        'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
      }),
    });
    const brokers = [...cluster.brokers];
    ground = await Ground.on(brokers);
    kafka = new Kafka({ brokers, logLevel: 0, requestTimeout: 5_000, retry: PATIENT });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(client => client.disconnect()));
    if (crashes.length > 0) {
      throw new AggregateError(crashes.splice(0), 'A consumer has crashed');
    }
  });
  afterAll(async () => {
    await ground?.close();
    await cluster?.stop();
  });

  async function topic(assignment: readonly number[][]): Promise<string> {
    const made = name('topic');
    const replicaAssignment = assignment.map((replicas, partition) => ({ partition, replicas }));
    await ground.admin.createTopics({ topics: [{ topic: made, replicaAssignment }], waitForLeaders: false });
    await ground.topicKnown(made, assignment.length);
    return made;
  }

  async function producer(config: ProducerConfig): Promise<Producer> {
    const made = kafka.producer(config);
    open.push(made);
    await made.connect();
    return made;
  }

  async function consume(
    read: string,
    handle: (value: string) => void,
    config: Partial<ConsumerConfig> = {},
  ): Promise<Consumer> {
    const consumer = kafka.consumer({ groupId: name('group'), ...config });
    open.push(consumer);
    consumer.on(consumer.events.CRASH, ({ payload }) => crashes.push(payload.error));
    await consumer.connect();
    await consumer.subscribe({ topics: [read], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => handle(String(message.value)) });
    return consumer;
  }

  async function coordinatorOf(type: CoordinatorType, key: string): Promise<number> {
    const asked = new Cluster(resolveClientConfig({ brokers: [...cluster.brokers], logLevel: 0 }));
    await asked.connect();
    const nodeId = await asked.findCoordinator(type, key);
    await asked.disconnect();
    return nodeId;
  }

  const node = (id: number): KafkaCluster['nodes'][number] => {
    const found = cluster.nodes.find(candidate => candidate.id === id);
    if (found === undefined) {
      throw new Error(`There is no node ${id}`);
    }
    return found;
  };

  it('transactions outlive the death of their coordinator and of the group whose offsets they commit', async () => {
    const transactionalId = name('tx');
    const consumerGroupId = name('offsets');
    const ids = cluster.nodes.map(({ id }) => id);
    const into = await topic([ids, ids]);
    const transactional = await producer({ transactionalId });
    const committed: string[] = [];
    const aborted: string[] = [];
    let progress = 0;
    const loaded = new AbortController();
    const transactions = (async () => {
      for (let i = 0; !loaded.signal.aborted; i++) {
        const values = [0, 1].map(partition => `${i}/${partition}`);
        const transaction = await transactional.transaction();
        await Promise.all(
          values.map((value, partition) => transaction.send({ topic: into, messages: [{ value, partition }] })),
        );
        const topics = [{ topic: into, partitions: [{ partition: 0, offset: String(i) }] }];
        await transaction.sendOffsets({ consumerGroupId, topics });
        await transaction[i % 3 === 2 ? 'abort' : 'commit']();
        (i % 3 === 2 ? aborted : committed).push(...values);
        progress = i;
      }
    })();
    const seen: string[] = [];
    await consume(into, value => void seen.push(value));
    await until(() => progress > 10, 'transactions', 30_000);
    for (const [type, key] of [
      ['transaction', transactionalId],
      ['group', consumerGroupId],
    ] as const) {
      const killed = node(await coordinatorOf(type, key));
      await killed.kill();
      const at = progress;
      await until(() => progress > at + 10, `transactions without the coordinator of the ${type}`, 120_000);
      await killed.start();
    }
    loaded.abort();
    await transactions;
    await until(() => seen.length >= committed.length, 'all that was committed', 60_000);
    await wait(500);
    expect(seen.filter(value => aborted.includes(value))).toEqual([]);
    expect(seen.toSorted()).toEqual(committed.toSorted());
    const last = Math.max(...committed.map(value => Number(value.split('/')[0])));
    await until(
      async () => (await ground.committed(consumerGroupId, into))[0] === last,
      'the offset of the last transaction that was committed',
    );
  }, 420_000);

  it('partitions that are moved to other nodes are followed, in both directions, without a hole', async () => {
    const [first = 0, second = 0, third = 0] = cluster.nodes.map(({ id }) => id);
    const moved = await topic([[first], [second]]);
    const sender = await producer({});
    const seen: string[][] = [[], []];
    await consume(moved, value => {
      const [partition, number] = value.split('/');
      seen[Number(partition)]?.push(String(number));
    });
    let sent = 0;
    const loaded = new AbortController();
    const load = (async () => {
      while (!loaded.signal.aborted) {
        const number = sent++;
        await Promise.all(
          [0, 1].map(partition =>
            sender.send({ topic: moved, messages: [{ value: `${partition}/${number}`, partition }] }),
          ),
        );
        await wait(5);
      }
    })();
    await until(() => (seen[1]?.length ?? 0) > 50, 'messages before the move');
    const steps: [number, number][] = [
      [second, third],
      [third, first],
    ];
    for (const [ofFirst, ofSecond] of steps) {
      const partitionAssignment = [ofFirst, ofSecond].map((replica, partition) => ({ partition, replicas: [replica] }));
      await ground.admin.alterPartitionReassignments({ topics: [{ topic: moved, partitionAssignment }] });
      await until(
        async () => {
          const { topics } = await ground.admin.fetchTopicMetadata({ topics: [moved] });
          const leaders = topics[0]?.partitions.toSorted((a, b) => a.partitionId - b.partitionId);
          return leaders?.map(({ leader }) => leader).join() === `${ofFirst},${ofSecond}`;
        },
        'the new leaders',
        30_000,
      );
      const at = seen.map(list => list.length);
      await until(() => seen.every((list, i) => list.length > (at[i] ?? 0) + 20), 'messages after the move', 30_000);
    }
    loaded.abort();
    await load;
    const all = Array.from({ length: sent }, (_, i) => String(i));
    await until(() => seen.every(list => list.length >= sent), 'all messages', 30_000);
    expect(seen).toEqual([all, all]);
  }, 120_000);

  it('a consumer reads from the replica in its rack, and from the leader when that one dies', async () => {
    const [leader = 0, follower = 0, third = 0] = cluster.nodes.map(({ id }) => id);
    const read = await topic([[leader, follower, third]]);
    const sender = await producer({});
    const seen: string[] = [];
    const consumer = await consume(read, value => void seen.push(value), { rackId: `rack-${follower}` });
    let askedLast = -1;
    consumer.on(consumer.events.FETCH_START, ({ payload }) => (askedLast = payload.nodeId));
    let sent = 0;
    const send = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        await sender.send({ topic: read, messages: [{ value: String(sent++), partition: 0 }] });
      }
    };
    await until(async () => {
      await send(5);
      return askedLast === follower;
    }, 'a fetch from the follower');
    await send(50);
    await until(() => seen.length === sent, 'what the follower has');
    expect(askedLast).toBe(follower);
    await node(follower).kill();
    await send(50);
    await until(() => seen.length === sent, 'what the leader has', 60_000);
    expect(askedLast).toBe(leader);
    await node(follower).start();
    await send(50);
    await until(() => seen.length === sent, 'the rest', 60_000);
    expect(seen).toEqual(Array.from({ length: sent }, (_, i) => String(i)));
  }, 180_000);
});
