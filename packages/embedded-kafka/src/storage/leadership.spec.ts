import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildBatch } from '../../test/support/build-batch.js';
import { WireClient } from '../../test/support/wire-client.js';
import { EmbeddedKafka } from '../embedded-kafka.js';
import { alterPartitionReassignmentsCodec } from '../protocol/generated/alter-partition-reassignments.js';
import { listPartitionReassignmentsCodec } from '../protocol/generated/list-partition-reassignments.js';
import { metadataCodec } from '../protocol/generated/metadata.js';
import { offsetForLeaderEpochCodec } from '../protocol/generated/offset-for-leader-epoch.js';
import { produceCodec } from '../protocol/generated/produce.js';

let dataDir: string;
let kafka: EmbeddedKafka;
const clients = new Map<number, WireClient>();

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'embedded-kafka-'));
  await start();
});
afterEach(async () => {
  await stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<void> {
  kafka = await EmbeddedKafka.start({ dataDir, brokers: 3, topics: [{ name: 't', replicationFactor: 2 }] });
}

async function stop(): Promise<void> {
  for (const client of clients.values()) client.destroy();
  clients.clear();
  await kafka.stop();
}

async function restart(): Promise<void> {
  await stop();
  await start();
}

/** A client of one node; default: of the first that runs. */
async function client(node = kafka.nodes.find(({ isRunning }) => isRunning)!.id): Promise<WireClient> {
  const known = clients.get(node);
  if (known) return known;
  const opened = await WireClient.connect(kafka.nodes.find(({ id }) => id === node)!.address);
  clients.set(node, opened);
  return opened;
}

async function partition(): Promise<{ leaderEpoch: number; replicaNodes: readonly number[] }> {
  const asked = await client();
  const { topics } = await asked.call(metadataCodec, 12, {
    topics: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAA', name: 't' }],
  });
  return topics[0]!.partitions[0]!;
}

async function reassign(replicas: number[] | null): Promise<void> {
  const asked = await client();
  const { responses } = await asked.call(alterPartitionReassignmentsCodec, 0, {
    timeoutMs: 0,
    topics: [{ name: 't', partitions: [{ partitionIndex: 0, replicas }] }],
  });
  expect(responses[0]?.partitions[0]?.errorCode).toBe(0);
}

async function produce(value: string): Promise<void> {
  const asked = await client(kafka.leaderOf('t', 0));
  const { responses } = await asked.call(produceCodec, 9, {
    transactionalId: null,
    acks: -1,
    timeoutMs: 0,
    topicData: [{ name: 't', partitionData: [{ index: 0, records: buildBatch({ values: [value] }) }] }],
  });
  expect(responses[0]?.partitionResponses[0]?.errorCode).toBe(0);
}

async function endOf(leaderEpoch: number): Promise<{ leaderEpoch: number; endOffset: bigint } | undefined> {
  const asked = await client(kafka.leaderOf('t', 0));
  const { topics } = await asked.call(offsetForLeaderEpochCodec, 4, {
    replicaId: -2,
    topics: [{ topic: 't', partitions: [{ partition: 0, currentLeaderEpoch: -1, leaderEpoch }] }],
  });
  return topics[0]?.partitions[0];
}

describe('A data directory', () => {
  it('keeps a reassignment', async () => {
    await reassign([3, 2]);
    await restart();
    expect((await partition()).replicaNodes).toEqual([3, 2]);
  });

  it('keeps a reassignment that was under way, which the restart ends: all nodes are back', async () => {
    const [former = 0, other = 0] = (await partition()).replicaNodes;
    const down = [1, 2, 3].find(id => id !== former && id !== other)!;
    await kafka.stopNode(down);
    await reassign([down, former]);
    expect((await partition()).replicaNodes).toHaveLength(3);
    await restart();
    expect((await partition()).replicaNodes).toEqual([down, former]);
    const { topics } = await (await client()).call(listPartitionReassignmentsCodec, 0, { timeoutMs: 0, topics: null });
    expect(topics).toEqual([]);
  });

  it('keeps the end of a reassignment that was called off', async () => {
    const { replicaNodes } = await partition();
    await kafka.stopNode(3);
    await reassign([3]);
    await reassign(null);
    await restart();
    expect((await partition()).replicaNodes).toEqual(replicaNodes);
  });

  it('lets leader epochs go on, though nothing was written in them', async () => {
    const [first = 0, second = 0] = (await partition()).replicaNodes;
    for (const node of [second, first, second]) await kafka.moveLeader('t', 0, node);
    const { leaderEpoch } = await partition();
    expect(leaderEpoch).toBe(3);
    await restart();
    expect((await partition()).leaderEpoch).toBeGreaterThan(leaderEpoch);
  });

  it('knows where leader epochs ended', async () => {
    const [, second = 0] = (await partition()).replicaNodes;
    await produce('a');
    await kafka.moveLeader('t', 0, second);
    await produce('b');
    await restart();
    expect(await endOf(0)).toMatchObject({ leaderEpoch: 0, endOffset: 1n });
    expect(await endOf(1)).toMatchObject({ leaderEpoch: 1, endOffset: 2n });
  });

  it('has nothing of the leaders of a topic that was deleted, and was made again', async () => {
    const [, second = 0] = (await partition()).replicaNodes;
    await kafka.moveLeader('t', 0, second);
    await kafka.deleteTopic('t');
    await kafka.createTopic({ name: 't', replicationFactor: 2 });
    await restart();
    expect((await partition()).leaderEpoch).toBe(0);
  });
});
