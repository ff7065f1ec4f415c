import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildBatch } from '../test/support/build-batch.js';
import { WireClient } from '../test/support/wire-client.js';
import { EmbeddedKafka } from './index.js';
import { ErrorCode } from './protocol/errors.js';
import { fetchCodec } from './protocol/generated/fetch.js';
import { joinGroupCodec } from './protocol/generated/join-group.js';
import { metadataCodec } from './protocol/generated/metadata.js';
import { produceCodec } from './protocol/generated/produce.js';

let kafka: EmbeddedKafka;
const clients: WireClient[] = [];

async function connect(id: number): Promise<WireClient> {
  const client = await WireClient.connect(kafka.nodes.find(node => node.id === id)?.address ?? '');
  clients.push(client);
  return client;
}

beforeEach(async () => {
  kafka = await EmbeddedKafka.start({
    brokers: [{ rack: 'a' }, { rack: 'b' }, { rack: 'c' }],
    replicaSelector: 'rack',
    topics: [{ name: 'heroes', partitions: 6 }],
  });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await kafka.stop();
});

const heroes = (fetchOffset = 0n, currentLeaderEpoch = -1) => [
  { topic: 'heroes', partitions: [{ partition: 0, fetchOffset, currentLeaderEpoch, partitionMaxBytes: 1_000 }] },
];

const joinLeague = async (client: WireClient, memberId = '') =>
  client.call(joinGroupCodec, 3, {
    groupId: 'league',
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 30_000,
    memberId,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
  });

describe('a cluster of several nodes', () => {
  it('spreads leaders and replicas over them', async () => {
    const { topics } = await (await connect(2)).call(metadataCodec, 12, { topics: [{ name: 'heroes' }] });
    const partitions = topics[0]?.partitions ?? [];
    expect(partitions.map(({ leaderId }) => leaderId).sort()).toEqual([1, 1, 2, 2, 3, 3]);
    expect(partitions.map(({ replicaNodes }) => new Set(replicaNodes).size)).toEqual([3, 3, 3, 3, 3, 3]);
    const coordinators = Array.from({ length: 100 }, (_, index) => kafka.groupCoordinatorOf(`group ${index}`));
    expect([...new Set(coordinators)].sort()).toEqual([1, 2, 3]);
  });

  it('keeps the port of a node that is stopped, and tells that it is', async () => {
    const { address } = kafka.nodes[1]!;
    await kafka.stopNode(2);
    await kafka.stopNode(2);
    expect(kafka.nodes[1]).toEqual({ id: 2, address, rack: 'b', isRunning: false });
    await expect(WireClient.connect(address)).rejects.toThrow('ECONNREFUSED');
    await kafka.startNode(2);
    expect((await WireClient.connect(address).then(client => client.destroy())) ?? kafka.nodes[1]?.isRunning).toBe(
      true,
    );
  });

  it('wakes a fetch that waits at a leader which leads no more', async () => {
    const leader = kafka.leaderOf('heroes', 0);
    const waiting = (await connect(leader)).call(fetchCodec, 12, {
      maxWaitMs: 30_000,
      minBytes: 1,
      topics: heroes(0n, 0),
    });
    await (await connect(leader)).call(metadataCodec, 12, { topics: [] });
    await kafka.moveLeader('heroes', 0, (leader % 3) + 1);
    expect((await waiting).responses[0]?.partitions[0]?.errorCode).toBe(ErrorCode.FENCED_LEADER_EPOCH);
  });

  it('sends members that wait for others to the new coordinator, and keeps those that had joined', async () => {
    const coordinator = kafka.groupCoordinatorOf('league');
    const first = await joinLeague(await connect(coordinator));
    expect(first.errorCode).toBe(ErrorCode.NONE);
    const newcomer = await connect(coordinator);
    const second = joinLeague(newcomer);
    await (await connect(coordinator)).call(metadataCodec, 12, { topics: [] });
    const next = (coordinator % 3) + 1;
    await kafka.moveGroupCoordinator('league', next);
    expect((await second).errorCode).toBe(ErrorCode.NOT_COORDINATOR);
    expect(await joinLeague(await connect(coordinator), first.memberId)).toMatchObject({
      errorCode: ErrorCode.NOT_COORDINATOR,
    });
    // The newcomer's first join was never answered, so the group waits for nobody else.
    expect(await joinLeague(await connect(next), first.memberId)).toMatchObject({
      errorCode: ErrorCode.NONE,
      members: [{ memberId: first.memberId }],
    });
  });

  it('sends consumers to the replica in their rack (KIP-392)', async () => {
    const leader = kafka.leaderOf('heroes', 0);
    const client = await connect(leader);
    await client.call(produceCodec, 9, {
      acks: -1,
      timeoutMs: 1_000,
      topicData: [{ name: 'heroes', partitionData: [{ index: 0, records: buildBatch({ timestamps: [Date.now()] }) }] }],
    });
    const fetchFrom = async (rackId: string) => {
      const answer = await client.call(fetchCodec, 12, { maxWaitMs: 0, minBytes: 0, rackId, topics: heroes() });
      const partition = answer.responses[0]?.partitions[0];
      return [partition?.preferredReadReplica, (partition?.records?.length ?? 0) > 0];
    };
    const other = (leader % 3) + 1;
    const rackOf = (id: number): string => kafka.nodes.find(node => node.id === id)?.rack ?? '';
    expect(await fetchFrom(rackOf(other))).toEqual([other, false]);
    expect(await fetchFrom(rackOf(leader))).toEqual([-1, true]);
    expect(await fetchFrom('nowhere')).toEqual([-1, true]);
    await kafka.stopNode(other);
    expect(await fetchFrom(rackOf(other))).toEqual([-1, true]);
  });

  it('says what cannot be moved where, and why', async () => {
    await expect(kafka.moveLeader('heroes', 9, 1)).rejects.toMatchObject({ code: 'UNKNOWN_PARTITION' });
    await expect(kafka.moveLeader('heroes', 0, 7)).rejects.toMatchObject({ code: 'UNKNOWN_NODE' });
    await expect(kafka.stopNode(7)).rejects.toThrow('There is no node 7 in this EmbeddedKafka; it has 1, 2, 3.');
    await kafka.createTopic({ name: 'alone', replicationFactor: 1 });
    const stranger = (kafka.leaderOf('alone', 0) % 3) + 1;
    await expect(kafka.moveLeader('alone', 0, stranger)).rejects.toMatchObject({ code: 'CANNOT_LEAD' });
    await kafka.stopNode(2);
    await expect(kafka.moveGroupCoordinator('league', 2)).rejects.toMatchObject({ code: 'CANNOT_LEAD' });
    await expect(EmbeddedKafka.start({ brokers: 0 })).rejects.toThrow('brokers must be a number from 1 to 100');
    await expect(
      EmbeddedKafka.start({ brokers: [{ id: 1 }, { id: 1, port: -1 }], replicaSelector: 'near' as 'rack' }),
    ).rejects.toThrow(/replicaSelector must be .*brokers\[1\]: id 1 is taken; brokers\[1\]: port must be/s);
  });
});
