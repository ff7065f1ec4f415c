import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RawClient } from '../group/raw-client.fixture.js';
import { EmbeddedKafka, type EmbeddedKafkaOptions } from '../index.js';
import { ErrorCode } from '../protocol/errors.js';
import { apiVersionsCodec } from '../protocol/generated/api-versions.js';
import { consumerGroupDescribeCodec } from '../protocol/generated/consumer-group-describe.js';
import { consumerGroupHeartbeatCodec } from '../protocol/generated/consumer-group-heartbeat.js';
import { describeQuorumCodec } from '../protocol/generated/describe-quorum.js';
import { unregisterBrokerCodec } from '../protocol/generated/unregister-broker.js';
import { updateFeaturesCodec } from '../protocol/generated/update-features.js';

const joining = { groupId: 'league', memberId: 'm', memberEpoch: 0, rebalanceTimeoutMs: 1_000 };
const join1 = { ...joining, subscribedTopicNames: ['heroes'], topicPartitions: [] };

async function levels(client: RawClient): Promise<Record<string, number>> {
  const { finalizedFeatures } = await client.send(apiVersionsCodec, 4, {
    clientSoftwareName: 'x',
    clientSoftwareVersion: '1',
  });
  return Object.fromEntries(finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel]));
}

const update = (client: RawClient, feature: string, level: number): Promise<{ errorCode: number }> =>
  client.send(updateFeaturesCodec, 1, {
    featureUpdates: [{ feature, maxVersionLevel: level, upgradeType: 2, allowDowngrade: false }],
    validateOnly: false,
  });

describe('The features of a cluster', () => {
  const ending: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ending.splice(0).toReversed()) await end();
  });

  async function start(options: EmbeddedKafkaOptions = {}): Promise<{ kafka: EmbeddedKafka; client: RawClient }> {
    const kafka = await EmbeddedKafka.start(options);
    ending.push(() => kafka.stop());
    return { kafka, client: await RawClient.connect(kafka.brokers[0] ?? '', 'raw') };
  }

  it('switch the protocol of KIP-848 off and on', async () => {
    const { client } = await start({ topics: ['heroes'] });
    expect(await update(client, 'group.version', 0)).toMatchObject({ errorCode: ErrorCode.NONE });
    expect(await levels(client)).not.toHaveProperty('group.version');
    const refused = await client.send(consumerGroupHeartbeatCodec, 1, join1);
    expect(refused.errorCode).toBe(ErrorCode.UNSUPPORTED_VERSION);
    const described = await client.send(consumerGroupDescribeCodec, 1, {
      groupIds: ['league'],
      includeAuthorizedOperations: false,
    });
    expect(described.groups[0]?.errorCode).toBe(ErrorCode.UNSUPPORTED_VERSION);
    await client.send(updateFeaturesCodec, 1, {
      featureUpdates: [{ feature: 'group.version', maxVersionLevel: 1, upgradeType: 1, allowDowngrade: false }],
      validateOnly: false,
    });
    expect((await client.send(consumerGroupHeartbeatCodec, 1, join1)).errorCode).toBe(ErrorCode.NONE);
  });

  it('are kept in the data directory', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'features-'));
    ending.push(() => rm(dataDir, { recursive: true }));
    const { kafka, client } = await start({ dataDir });
    await update(client, 'transaction.version', 1);
    await kafka.stop();
    expect(await levels((await start({ dataDir })).client)).toMatchObject({ 'transaction.version': 1 });
  });

  it('are those of the release that is played', async () => {
    expect(await levels((await start({ asVersion: '4.0' })).client)).toEqual({
      'group.version': 1,
      'transaction.version': 2,
      'metadata.version': 25,
    });
    const { client } = await start({ asVersion: '3.9' });
    expect(await levels(client)).toEqual({});
  });
});

describe('The nodes of a cluster', () => {
  it('are voters of its quorum, and are put out by UnregisterBroker only when they are stopped', async () => {
    await using kafka = await EmbeddedKafka.start({ brokers: 3 });
    const client = await RawClient.connect(kafka.brokers[0] ?? '', 'raw');
    const topics = [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }];
    const highWatermark = async (): Promise<bigint | undefined> => {
      const { topics: answers } = await client.send(describeQuorumCodec, 2, { topics });
      const [quorum] = answers[0]?.partitions ?? [];
      expect(quorum?.currentVoters.map(({ replicaId }) => replicaId)).toEqual([1, 2, 3]);
      return quorum?.highWatermark;
    };
    const before = await highWatermark();
    await kafka.createTopic('heroes');
    expect(await highWatermark()).toBeGreaterThan(before ?? 0n);
    const unregister = async (brokerId: number): Promise<number> =>
      (await client.send(unregisterBrokerCodec, 0, { brokerId })).errorCode;
    expect(await unregister(3)).toBe(ErrorCode.INVALID_REQUEST);
    await kafka.stopNode(3);
    expect(await unregister(3)).toBe(ErrorCode.NONE);
  });
});
