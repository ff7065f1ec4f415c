import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WireClient } from '../../test/support/wire-client.js';
import { EmbeddedKafka } from '../embedded-kafka.js';
import { ZERO_UUID } from '../protocol/defaults.js';
import { ErrorCode, errorName } from '../protocol/errors.js';
import { apiCodecs } from '../protocol/generated/index.js';
import { apiVersionsCodec } from '../protocol/generated/api-versions.js';
import { createPartitionsCodec } from '../protocol/generated/create-partitions.js';
import { createTopicsCodec } from '../protocol/generated/create-topics.js';
import type { CreatableTopicInit } from '../protocol/generated/create-topics-request.js';
import { deleteTopicsCodec } from '../protocol/generated/delete-topics.js';
import { describeClusterCodec } from '../protocol/generated/describe-cluster.js';
import { describeConfigsCodec } from '../protocol/generated/describe-configs.js';
import { findCoordinatorCodec } from '../protocol/generated/find-coordinator.js';
import { initProducerIdCodec } from '../protocol/generated/init-producer-id.js';
import { metadataCodec } from '../protocol/generated/metadata.js';
import { registry } from './registry.js';

/** What is asserted here was compared with Apache Kafka 4.1.1, except where it says otherwise. */
let kafka: EmbeddedKafka;
let client: WireClient;

beforeAll(async () => {
  kafka = await EmbeddedKafka.start({ defaultPartitions: 2 });
  client = await WireClient.connect(kafka.brokers[0] ?? '');
});
afterAll(async () => {
  client.destroy();
  await kafka.stop();
});

const UNKNOWN_ID = `${'x'.repeat(21)}A`;

async function create(topic: Partial<CreatableTopicInit>, { version = 7, validateOnly = false } = {}) {
  const whole = { name: 'n', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [], ...topic };
  const { topics } = await client.call(createTopicsCodec, version, { topics: [whole], validateOnly });
  return { ...topics[0], error: errorName(topics[0]?.errorCode ?? 0) };
}

async function describeTopic(name: string) {
  const request = { topics: [{ topicId: ZERO_UUID, name }], includeTopicAuthorizedOperations: true };
  const { topics } = await client.call(metadataCodec, 12, { ...request, allowAutoTopicCreation: false });
  return topics[0];
}

const listTopics = (topics: null | []) =>
  client.call(metadataCodec, 9, { topics, includeTopicAuthorizedOperations: false });

const remove = async (topic: { name: string | null; topicId: string }) => {
  const { responses } = await client.call(deleteTopicsCodec, 6, { topics: [topic], timeoutMs: 1 });
  return errorName(responses[0]?.errorCode ?? 0);
};

const grow = async (name: string, count: number, brokerIds: number[][] | null = null, validateOnly = false) => {
  const assignments = brokerIds?.map(ids => ({ brokerIds: ids })) ?? null;
  const topics = [{ name, count, assignments }];
  const { results } = await client.call(createPartitionsCodec, 3, { topics, timeoutMs: 1, validateOnly });
  return errorName(results[0]?.errorCode ?? 0);
};

const describeConfigs = async (
  resourceType: number,
  resourceName: string,
  configurationKeys: string[] | null = null,
) => {
  const resources = [{ resourceType, resourceName, configurationKeys }];
  const { results } = await client.call(describeConfigsCodec, 4, { resources, includeSynonyms: true });
  return { ...results[0], error: errorName(results[0]?.errorCode ?? 0) };
};

const initProducer = (
  transactionalId: string | null,
  version = 5,
  identity: object = { producerId: 0n, producerEpoch: 0 },
) => client.call(initProducerIdCodec, version, { transactionalId, transactionTimeoutMs: 1, ...identity });

const describeEndpoints = (endpointType: number) =>
  client.call(describeClusterCodec, 2, { includeClusterAuthorizedOperations: false, endpointType });

describe('ApiVersions', () => {
  it.each([0, 1, 2, 3, 4])('advertises exactly what has a handler, in v%i', async version => {
    const names = { clientSoftwareName: 'test', clientSoftwareVersion: '1.0' };
    const { apiKeys } = await client.call(apiVersionsCodec, version, names);
    const expected = registry
      .filter(({ isHidden = false }) => !isHidden)
      .map(api => [api.key, api.key === 0 ? 0 : api.minVersion, api.maxVersion]);
    expect(apiKeys.map(api => [api.apiKey, api.minVersion, api.maxVersion])).toEqual(
      expected.sort(([a = 0], [b = 0]) => a - b),
    );
  });

  it('advertises the version ranges of Apache Kafka 4.1', () => {
    const ranges = Object.fromEntries(apiCodecs.map(codec => [codec.key, [codec.minVersion, codec.maxVersion]]));
    expect(ranges).toMatchObject({ 0: [3, 13], 1: [4, 18], 8: [2, 9], 9: [1, 9], 18: [0, 4], 22: [0, 5], 37: [0, 3] });
    for (const api of registry) expect([api.minVersion, api.maxVersion]).toEqual(ranges[api.key]);
  });

  it('wants clients to name themselves properly', async () => {
    const names = { clientSoftwareName: ' x', clientSoftwareVersion: '1.0' };
    expect(await client.call(apiVersionsCodec, 3, names)).toMatchObject({ errorCode: ErrorCode.INVALID_REQUEST });
  });
});

describe('Metadata', () => {
  it.each([0, 1, 4, 8, 9, 10, 12, 13])('creates a topic that it is asked for, in v%i', async version => {
    const name = `auto.${version}`;
    const request = { topics: [{ topicId: ZERO_UUID, name }], includeTopicAuthorizedOperations: false };
    const answer = await client.call(metadataCodec, version, request);
    expect(answer.topics).toMatchObject([{ errorCode: 0, name, partitions: [{ leaderId: 1 }, { leaderId: 1 }] }]);
    expect(answer.brokers.map(({ host, port }) => `${host}:${port}`)).toEqual(kafka.brokers);
  });

  it('does not if the client forbids it', async () => {
    expect(await describeTopic('nowhere')).toMatchObject({
      errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
      topicAuthorizedOperations: 3_576,
    });
  });

  it('refuses a name that cannot be one', async () => {
    const request = { topics: [{ topicId: ZERO_UUID, name: 'a b' }], includeTopicAuthorizedOperations: false };
    const { topics } = await client.call(metadataCodec, 9, request);
    expect(topics).toMatchObject([{ errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION, name: 'a b', partitions: [] }]);
  });

  it('finds topics by id from v12 on', async () => {
    const { topicId } = await create({ name: 'by-id' });
    const ask = (version: number, id = topicId ?? '') =>
      client.call(metadataCodec, version, {
        topics: [{ topicId: id, name: null }],
        includeTopicAuthorizedOperations: false,
      });
    expect((await ask(12)).topics).toMatchObject([{ errorCode: 0, name: 'by-id' }]);
    expect((await ask(12, UNKNOWN_ID)).topics).toMatchObject([{ errorCode: ErrorCode.UNKNOWN_TOPIC_ID, name: null }]);
    expect(await ask(10)).toMatchObject({ controllerId: -1, topics: [{ errorCode: ErrorCode.INVALID_REQUEST }] });
  });

  it('lists all topics for null, and none for an empty list', async () => {
    await create({ name: 'listed' });
    expect((await listTopics(null)).topics.map(topic => topic.name)).toContain('listed');
    expect((await listTopics([])).topics).toEqual([]);
  });
});

describe('CreateTopics', () => {
  it.each([2, 4, 5, 7])('creates with the given and the default numbers, in v%i', async version => {
    expect(await create({ name: `three.v${version}`, numPartitions: 3 }, { version })).toMatchObject({ error: 'NONE' });
    expect((await describeTopic(`three.v${version}`))?.partitions).toHaveLength(3);
    await create({ name: `two.v${version}`, numPartitions: -1, replicationFactor: -1 }, { version });
    expect((await describeTopic(`two.v${version}`))?.partitions).toHaveLength(2);
  });

  it('tells the whole configuration', async () => {
    const configs = [{ name: 'retention.ms', value: '1000' }];
    const answer = await create({ name: 'configured', configs });
    expect(answer).toMatchObject({ numPartitions: 1, replicationFactor: 1, errorMessage: null });
    expect(answer.configs).toHaveLength(33);
    expect(answer.configs).toContainEqual(expect.objectContaining({ ...configs[0], configSource: 1 }));
  });

  it('creates nothing with validateOnly', async () => {
    expect(await create({ name: 'dry' }, { validateOnly: true })).toMatchObject({ error: 'NONE', numPartitions: 1 });
    expect((await describeTopic('dry'))?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  });

  it.each<[string, Partial<CreatableTopicInit>, string]>([
    ['an empty name', { name: '' }, 'INVALID_TOPIC_EXCEPTION'],
    ['a name of 250 characters', { name: 'x'.repeat(250) }, 'INVALID_TOPIC_EXCEPTION'],
    ['the name ..', { name: '..' }, 'INVALID_TOPIC_EXCEPTION'],
    ['no partitions', { numPartitions: 0 }, 'INVALID_PARTITIONS'],
    ['a replication factor of 0', { replicationFactor: 0 }, 'INVALID_REPLICATION_FACTOR'],
    ['more replicas than brokers', { replicationFactor: 3 }, 'INVALID_REPLICATION_FACTOR'],
    ['an unknown configuration', { configs: [{ name: 'nope', value: '1' }] }, 'INVALID_CONFIG'],
    ['a value of the wrong type', { configs: [{ name: 'retention.ms', value: 'abc' }] }, 'INVALID_CONFIG'],
    ['a value out of range', { configs: [{ name: 'segment.bytes', value: '100' }] }, 'INVALID_CONFIG'],
    ['a value that is none of the list', { configs: [{ name: 'cleanup.policy', value: 'burn' }] }, 'INVALID_CONFIG'],
    ['a null value', { configs: [{ name: 'retention.ms', value: null }] }, 'INVALID_CONFIG'],
    ['an assignment and numbers', { assignments: [{ partitionIndex: 0, brokerIds: [1] }] }, 'INVALID_REQUEST'],
    [
      'an assignment with a gap',
      { numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 1, brokerIds: [1] }] },
      'INVALID_REPLICA_ASSIGNMENT',
    ],
    [
      'an assignment to nobody',
      { numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 0, brokerIds: [7] }] },
      'INVALID_REPLICA_ASSIGNMENT',
    ],
    // Apache Kafka creates it; we say that memory has an end.
    ['more partitions than are kept', { numPartitions: 10_001 }, 'POLICY_VIOLATION'],
  ])('refuses %s', async (_, topic, error) => {
    const answer = await create({ name: 'refused', ...topic });
    expect(answer).toMatchObject({ error, numPartitions: -1, configs: [] });
    expect(answer.errorMessage).toMatch(/\w{3}/);
  });

  it('refuses a name that exists, or that makes the same metric', async () => {
    await create({ name: 'taken.name' });
    expect((await create({ name: 'taken.name' })).error).toBe('TOPIC_ALREADY_EXISTS');
    expect((await create({ name: 'taken_name' })).error).toBe('INVALID_TOPIC_EXCEPTION');
  });

  it('refuses a name that is asked for twice', async () => {
    const topic = { name: 'twice', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };
    const { topics } = await client.call(createTopicsCodec, 7, { topics: [topic, topic] });
    expect(topics).toMatchObject([{ name: 'twice', errorCode: ErrorCode.INVALID_REQUEST }]);
  });
});

describe('DeleteTopics', () => {
  it.each([1, 4, 5])('deletes by name in v%i', async version => {
    await create({ name: 'gone' });
    const { responses } = await client.call(deleteTopicsCodec, version, { topicNames: ['gone'], timeoutMs: 1 });
    expect(responses).toMatchObject([{ name: 'gone', errorCode: ErrorCode.NONE }]);
    expect((await describeTopic('gone'))?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  });

  it('deletes by id or name in v6, but not by both or neither', async () => {
    const { topicId = '' } = await create({ name: 'gone' });
    expect(await remove({ name: 'gone', topicId })).toBe('INVALID_REQUEST');
    expect(await remove({ name: null, topicId: ZERO_UUID })).toBe('INVALID_REQUEST');
    expect(await remove({ name: null, topicId: UNKNOWN_ID })).toBe('UNKNOWN_TOPIC_ID');
    expect(await remove({ name: null, topicId })).toBe('NONE');
    expect(await remove({ name: 'gone', topicId: ZERO_UUID })).toBe('UNKNOWN_TOPIC_OR_PARTITION');
  });
});

describe('CreatePartitions', () => {
  it('raises the number of partitions, and never lowers it', async () => {
    await create({ name: 'growing', numPartitions: 2 });
    expect(await grow('growing', 4, null, true)).toBe('NONE');
    expect((await describeTopic('growing'))?.partitions).toHaveLength(2);
    expect(await grow('growing', 4, [[1], [1]])).toBe('NONE');
    expect((await describeTopic('growing'))?.partitions).toHaveLength(4);
    expect(await grow('growing', 4)).toBe('INVALID_PARTITIONS');
    expect(await grow('growing', 1)).toBe('INVALID_PARTITIONS');
    expect(await grow('growing', 5, [[9]])).toBe('INVALID_REPLICA_ASSIGNMENT');
    expect(await grow('growing', 6, [[1]])).toBe('INVALID_REPLICA_ASSIGNMENT');
    expect(await grow('nowhere', 6)).toBe('UNKNOWN_TOPIC_OR_PARTITION');
  });
});

describe('DescribeConfigs', () => {
  it('tells a topic’s configuration with types, sources and synonyms', async () => {
    await create({ name: 'described', configs: [{ name: 'max.message.bytes', value: '5' }] });
    const { configs = [] } = await describeConfigs(2, 'described');
    expect(configs).toHaveLength(33);
    expect(configs.find(config => config.name === 'max.message.bytes')).toMatchObject({
      value: '5',
      configType: 3,
      configSource: 1,
      synonyms: [
        { name: 'max.message.bytes', value: '5', source: 1 },
        { name: 'message.max.bytes', value: '1048588', source: 5 },
      ],
    });
    expect((await describeConfigs(2, 'described', ['retention.ms', 'nope'])).configs).toMatchObject([
      { value: '604800000' },
    ]);
  });

  it('tells a broker’s configuration as far as it is obeyed', async () => {
    const { configs } = await describeConfigs(4, '1');
    expect(configs).toContainEqual(expect.objectContaining({ name: 'num.partitions', value: '2', configSource: 4 }));
  });

  it.each([
    ['an unknown topic', 2, 'nowhere', 'UNKNOWN_TOPIC_OR_PARTITION'],
    ['an impossible topic', 2, 'a b', 'INVALID_TOPIC_EXCEPTION'],
    ['an unknown broker', 4, '7', 'INVALID_REQUEST'],
    ['something unknown', 99, 'x', 'INVALID_REQUEST'],
  ])('refuses %s', async (_, type, name, error) => {
    expect(await describeConfigs(type, name)).toMatchObject({ error, configs: [] });
  });
});

describe('coordinators, producers and the cluster', () => {
  it.each([0, 1, 3])('FindCoordinator v%i finds the broker itself', async version => {
    const answer = await client.call(findCoordinatorCodec, version, { key: 'g' });
    expect(answer).toMatchObject({ errorCode: 0, nodeId: 1 });
    expect(`${answer.host}:${answer.port}`).toBe(kafka.brokers[0]);
  });

  it('FindCoordinator v4+ finds several at once, and refuses unknown types', async () => {
    const { coordinators } = await client.call(findCoordinatorCodec, 6, { coordinatorKeys: ['a', 'b'] });
    expect(coordinators).toMatchObject([
      { key: 'a', nodeId: 1, errorCode: 0 },
      { key: 'b', nodeId: 1, errorCode: 0 },
    ]);
    const unknown = await client.call(findCoordinatorCodec, 4, { keyType: 9, coordinatorKeys: ['a'] });
    expect(unknown.coordinators).toMatchObject([{ nodeId: -1, errorCode: ErrorCode.INVALID_REQUEST }]);
  });

  it('InitProducerId hands out distinct ids, and refuses half an identity and empty names', async () => {
    const first = await initProducer(null);
    expect(first).toMatchObject({ errorCode: 0, producerEpoch: 0 });
    expect((await initProducer(null, 0)).producerId).not.toBe(first.producerId);
    expect(await initProducer(null, 5, { producerId: 5n })).toMatchObject({ errorCode: ErrorCode.INVALID_REQUEST });
    expect(await initProducer('')).toMatchObject({ errorCode: ErrorCode.INVALID_REQUEST, producerId: -1n });
  });

  it.each([0, 1, 2])('DescribeCluster v%i tells brokers and what may be done', async version => {
    const answer = await client.call(describeClusterCodec, version, {
      includeClusterAuthorizedOperations: true,
    });
    expect(answer).toMatchObject({ errorCode: 0, controllerId: 1, clusterAuthorizedOperations: 8_096 });
    expect(answer.brokers).toMatchObject([{ brokerId: 1, isFenced: false }]);
  });

  it('DescribeCluster knows no controllers', async () => {
    expect((await describeEndpoints(2)).errorCode).toBe(ErrorCode.MISMATCHED_ENDPOINT_TYPE);
    expect((await describeEndpoints(7)).errorCode).toBe(ErrorCode.UNSUPPORTED_ENDPOINT_TYPE);
  });
});
