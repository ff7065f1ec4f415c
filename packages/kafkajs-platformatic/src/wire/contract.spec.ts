import { EmbeddedKafka } from 'embedded-kafka';
import { describe, expect, it } from 'vitest';
import * as library from '@platformatic/kafka';
import type { WireApi } from './api.js';
import * as apis from './apis.js';
import { defaultSocketFactory } from './socket-factory.js';
import { FrameConnection } from './frame-connection.js';
import { FetchApi } from './fetch-api.js';
import * as platformatic from './platformatic.js';
import { ProduceApi } from './produce-api.js';

const ACL = {
  resourceType: 2,
  resourceName: 'orders',
  resourcePatternType: 3,
  principal: 'User:a',
  host: '*',
  operation: 3,
  permissionType: 3,
};

/** One set of arguments for each API, the same for all of its versions. */
const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  ApiVersions: ['name', '1.0'],
  Metadata: [['orders'], true, false],
  FindCoordinator: [0, ['group']],
  ListOffsets: [
    -1,
    0,
    [{ name: 'orders', partitions: [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp: -1n }] }],
  ],
  JoinGroup: [
    'group',
    30_000,
    60_000,
    '',
    null,
    'consumer',
    [{ name: 'RoundRobin', metadata: Buffer.from('m') }],
    null,
  ],
  SyncGroup: ['group', 1, 'member', null, 'consumer', 'RoundRobin', [{ memberId: 'm', assignment: Buffer.from('a') }]],
  Heartbeat: ['group', 1, 'member', null],
  ConsumerGroupHeartbeat: [
    'group',
    'member',
    0,
    null,
    null,
    60_000,
    ['orders'],
    null,
    null,
    [{ topicId: '11111111-2222-3333-4444-555555555555', partitions: [0] }],
  ],
  LeaveGroup: ['group', [{ memberId: 'member', groupInstanceId: null, reason: null }]],
  OffsetCommit: [
    'group',
    1,
    'member',
    null,
    [
      {
        name: 'orders',
        partitions: [{ partitionIndex: 0, committedOffset: 5n, committedLeaderEpoch: -1, committedMetadata: null }],
      },
    ],
  ],
  OffsetFetch: [
    [{ groupId: 'group', memberId: null, memberEpoch: -1, topics: [{ name: 'orders', partitionIndexes: [0] }] }],
    true,
  ],
  InitProducerId: [null, 60_000, -1n, -1],
  CreateTopics: [
    [{ name: 'orders', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
    5000,
    false,
  ],
  DeleteTopics: [[{ name: 'orders' }], 5000],
  DescribeGroups: [['group'], false],
  ConsumerGroupDescribe: [['group'], false],
  AddPartitionsToTxn: [
    [
      {
        transactionalId: 'tx',
        producerId: 1n,
        producerEpoch: 2,
        verifyOnly: false,
        topics: [{ name: 'orders', partitions: [0] }],
      },
    ],
  ],
  AddOffsetsToTxn: ['tx', 1n, 2, 'group'],
  EndTxn: ['tx', 1n, 2, true],
  TxnOffsetCommit: [
    'tx',
    'group',
    1n,
    2,
    -1,
    '',
    null,
    [
      {
        name: 'orders',
        partitions: [{ partitionIndex: 0, committedOffset: 5n, committedLeaderEpoch: -1, committedMetadata: null }],
      },
    ],
  ],
  CreatePartitions: [[{ name: 'orders', count: 3, assignments: null }], 5000, false],
  DeleteRecords: [[{ name: 'orders', partitions: [{ partitionIndex: 0, offset: 5n }] }], 5000],
  DescribeConfigs: [[{ resourceType: 2, resourceName: 'orders', configurationKeys: null }], true, false],
  AlterConfigs: [[{ resourceType: 2, resourceName: 'orders', configs: [{ name: 'a', value: 'b' }] }], false],
  IncrementalAlterConfigs: [
    [{ resourceType: 2, resourceName: 'orders', configs: [{ name: 'a', configOperation: 0, value: 'b' }] }],
    false,
  ],
  ListGroups: [[], []],
  DeleteGroups: [['group']],
  DescribeAcls: [ACL],
  CreateAcls: [[ACL]],
  DeleteAcls: [[ACL]],
  AlterPartitionReassignments: [5000, true, [{ name: 'orders', partitions: [{ partitionIndex: 0, replicas: [1] }] }]],
  ListPartitionReassignments: [5000, [{ name: 'orders', partitionIndexes: [0] }]],
  Produce: [
    {
      acks: -1,
      timeoutMs: 1,
      topics: [{ topic: 'orders', partitions: [{ partition: 0, records: Buffer.alloc(70) }] }],
    },
  ],
  Fetch: [
    {
      maxWaitMs: 1,
      minBytes: 1,
      maxBytes: 1,
      isolationLevel: 1,
      topics: [
        {
          topic: 'orders',
          topicId: '11111111-2222-3333-4444-555555555555',
          partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1 }],
        },
      ],
    },
  ],
};

const ALL = [...Object.values(apis), FetchApi, ProduceApi] as unknown as WireApi<readonly unknown[], unknown>[];
const CASES = ALL.flatMap(api => api.versions.map(version => [api.name, version, api] as const));

describe('Of @platformatic/kafka we rely on', () => {
  it('every symbol that this folder passes on', () => {
    for (const [name, value] of Object.entries(platformatic)) {
      expect({ name, value }).toEqual({ name, value: expect.anything() });
      expect(Reflect.get(library, name)).toBe(value);
    }
    expect(library.protocolErrorsCodesById[27]).toBe('REBALANCE_IN_PROGRESS');
    expect(library.protocolErrors['REBALANCE_IN_PROGRESS']).toMatchObject({ code: 27, canRetry: false });
  });

  it.each(CASES)('%s version %i being sent from the same arguments, with the right header', (name, version, api) => {
    const sent: { key: number; version: number; body: library.Writer }[] = [];
    const connection = {
      send: (key: number, sentVersion: number, create: () => library.Writer): void => {
        sent.push({ key, version: sentVersion, body: create() });
      },
    };
    api.send(connection as never, version, ARGUMENTS[name] as readonly unknown[], error => expect(error).toBeNull());
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ key: api.key, version });
    expect(library.protocolAPIsById[api.key as keyof typeof library.protocolAPIsById]).toBe(name);
    expect(sent[0]?.body.buffer.length).toBeGreaterThanOrEqual(['ApiVersions', 'ListGroups'].includes(name) ? 0 : 4);
  });

  it('responses with error codes raised as an error that carries the whole response', async () => {
    await using broker = await EmbeddedKafka.start({ autoCreateTopics: false, topics: ['there'] });
    const [host = '', port = ''] = (broker.brokers[0] as string).split(':');
    const connection = new FrameConnection(
      { host, port: Number(port) },
      {
        clientId: 'contract',
        tls: undefined,
        socketFactory: defaultSocketFactory,
        connectionTimeout: 1000,
        requestTimeout: 1000,
        maxInFlight: 1,
        network: undefined,
      },
    );
    await connection.connect();
    const error = await platformatic.metadataV12.api
      .async(connection as never, ['there', 'missing'], false, false)
      .catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: 'PLT_KFK_RESPONSE',
      response: { topics: expect.arrayContaining([expect.objectContaining({ name: 'there', errorCode: 0 })]) },
    });
    expect((error as AggregateError).errors[0]).toMatchObject({ apiId: 'UNKNOWN_TOPIC_OR_PARTITION', apiCode: 3 });
    await connection.close();
  });
});
