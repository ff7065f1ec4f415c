import type { ApiCodec } from '../../src/protocol/codec.js';
import { apiCodecs } from '../../src/protocol/generated/index.js';
import { ZERO_UUID } from '../../src/protocol/defaults.js';
import { ErrorCode } from '../../src/protocol/errors.js';
import { buildBatch } from '../support/build-batch.js';

type AnyCodec = ApiCodec<unknown, unknown, unknown, unknown>;

/** A request of somebody who may do nothing, and the errors that he gets. */
export interface Denial {
  readonly codec: AnyCodec;
  readonly request: object;
  /** The distinct errors in the answer. */
  readonly errors: readonly (keyof typeof ErrorCode)[];
  readonly from?: number;
  readonly to?: number;
}

export const TOPIC = 'forbidden';
export const GROUP = 'forbidden-group';
export const TRANSACTION = 'forbidden-transaction';

const codecOf = (name: string): AnyCodec => {
  const codec = (apiCodecs as unknown as readonly AnyCodec[]).find(each => each.name === name);
  if (!codec) throw new RangeError(`${name} is no API`);
  return codec;
};
const member = { groupId: GROUP, memberId: 'm', generationId: 1, groupInstanceId: null };
const denied = (name: string, request: object, ...errors: (keyof typeof ErrorCode)[]): Denial => ({
  codec: codecOf(name),
  request,
  errors,
});
const upTo = (to: number, denial: Denial): Denial => ({ ...denial, to });
const since = (from: number, denial: Denial): Denial => ({ ...denial, from });

const topicPartition = [{ name: TOPIC, partitions: [0] }];
const produced = [{ name: TOPIC, partitionData: [{ index: 0, records: buildBatch() }] }];
const fetched = [
  { topic: TOPIC, partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1_000, currentLeaderEpoch: -1 }] },
];
const acl = {
  resourceType: 2,
  resourceName: 'x',
  resourcePatternType: 3,
  principal: 'User:alice',
  host: '*',
  operation: 3,
  permissionType: 3,
};
const aclFilter = {
  resourceTypeFilter: 1,
  resourceNameFilter: null,
  patternTypeFilter: 1,
  principalFilter: null,
  hostFilter: null,
  operation: 1,
  permissionType: 1,
};

/** What Apache Kafka 4.1 answers; test/real/authorization.cluster.spec.ts holds that it does. */
export const denials: readonly Denial[] = [
  upTo(12, denied('Produce', { acks: 1, timeoutMs: 1_000, topicData: produced }, 'TOPIC_AUTHORIZATION_FAILED')),
  upTo(12, denied('Fetch', { maxWaitMs: 0, minBytes: 0, topics: fetched }, 'TOPIC_AUTHORIZATION_FAILED')),
  denied(
    'ListOffsets',
    {
      replicaId: -1,
      isolationLevel: 0,
      topics: [{ name: TOPIC, partitions: [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp: -1n }] }],
    },
    'TOPIC_AUTHORIZATION_FAILED',
  ),
  denied('Metadata', { topics: [{ name: TOPIC }], allowAutoTopicCreation: false }, 'TOPIC_AUTHORIZATION_FAILED'),
  since(1, denied('Metadata', { topics: null, allowAutoTopicCreation: false })),
  denied(
    'OffsetCommit',
    {
      ...member,
      generationIdOrMemberEpoch: -1,
      topics: [
        {
          name: TOPIC,
          partitions: [{ partitionIndex: 0, committedOffset: 0n, committedMetadata: '', commitTimestamp: 0n }],
        },
      ],
    },
    'GROUP_AUTHORIZATION_FAILED',
  ),
  upTo(
    7,
    denied(
      'OffsetFetch',
      { groupId: GROUP, topics: [{ name: TOPIC, partitionIndexes: [0] }] },
      'GROUP_AUTHORIZATION_FAILED',
    ),
  ),
  since(
    8,
    denied(
      'OffsetFetch',
      { groups: [{ groupId: GROUP, topics: [{ name: TOPIC, partitionIndexes: [0] }] }] },
      'GROUP_AUTHORIZATION_FAILED',
    ),
  ),
  upTo(3, denied('FindCoordinator', { key: GROUP, keyType: 0 }, 'GROUP_AUTHORIZATION_FAILED')),
  since(
    4,
    denied('FindCoordinator', { keyType: 1, coordinatorKeys: [TRANSACTION] }, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'),
  ),
  denied(
    'JoinGroup',
    {
      ...member,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
    },
    'GROUP_AUTHORIZATION_FAILED',
  ),
  denied(
    'SyncGroup',
    { ...member, protocolType: 'consumer', protocolName: 'range', assignments: [] },
    'GROUP_AUTHORIZATION_FAILED',
  ),
  denied('Heartbeat', member, 'GROUP_AUTHORIZATION_FAILED'),
  denied('LeaveGroup', { ...member, members: [{ memberId: 'm' }] }, 'GROUP_AUTHORIZATION_FAILED'),
  denied('DescribeGroups', { groups: [GROUP] }, 'GROUP_AUTHORIZATION_FAILED'),
  denied('ListGroups', {}),
  denied('DeleteGroups', { groupsNames: [GROUP] }, 'GROUP_AUTHORIZATION_FAILED'),
  denied(
    'CreateTopics',
    {
      topics: [{ name: 'new-one', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
      timeoutMs: 1_000,
    },
    'TOPIC_AUTHORIZATION_FAILED',
  ),
  upTo(5, denied('DeleteTopics', { topicNames: [TOPIC], timeoutMs: 1_000 }, 'TOPIC_AUTHORIZATION_FAILED')),
  since(
    6,
    denied(
      'DeleteTopics',
      { topics: [{ name: TOPIC, topicId: ZERO_UUID }], timeoutMs: 1_000 },
      'TOPIC_AUTHORIZATION_FAILED',
    ),
  ),
  denied(
    'DeleteRecords',
    { topics: [{ name: TOPIC, partitions: [{ partitionIndex: 0, offset: 0n }] }], timeoutMs: 1_000 },
    'TOPIC_AUTHORIZATION_FAILED',
  ),
  denied(
    'InitProducerId',
    { transactionalId: TRANSACTION, transactionTimeoutMs: 1_000 },
    'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  ),
  denied('InitProducerId', { transactionalId: null, transactionTimeoutMs: 1_000 }, 'CLUSTER_AUTHORIZATION_FAILED'),
  upTo(
    3,
    denied(
      'AddPartitionsToTxn',
      {
        v3AndBelowTransactionalId: TRANSACTION,
        v3AndBelowProducerId: 1n,
        v3AndBelowProducerEpoch: 0,
        v3AndBelowTopics: topicPartition,
      },
      'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
    ),
  ),
  since(
    4,
    denied(
      'AddPartitionsToTxn',
      {
        transactions: [
          { transactionalId: TRANSACTION, producerId: 1n, producerEpoch: 0, verifyOnly: false, topics: topicPartition },
        ],
      },
      'CLUSTER_AUTHORIZATION_FAILED',
    ),
  ),
  denied(
    'AddOffsetsToTxn',
    { transactionalId: TRANSACTION, producerId: 1n, producerEpoch: 0, groupId: GROUP },
    'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  ),
  denied(
    'EndTxn',
    { transactionalId: TRANSACTION, producerId: 1n, producerEpoch: 0, committed: true },
    'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  ),
  denied(
    'TxnOffsetCommit',
    {
      transactionalId: TRANSACTION,
      groupId: GROUP,
      producerId: 1n,
      producerEpoch: 0,
      topics: [{ name: TOPIC, partitions: [{ partitionIndex: 0, committedOffset: 0n, committedMetadata: '' }] }],
    },
    'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  ),
  denied('DescribeAcls', aclFilter, 'CLUSTER_AUTHORIZATION_FAILED'),
  denied('CreateAcls', { creations: [acl, acl] }, 'CLUSTER_AUTHORIZATION_FAILED'),
  denied('DeleteAcls', { filters: [aclFilter] }, 'CLUSTER_AUTHORIZATION_FAILED'),
  denied(
    'DescribeConfigs',
    {
      resources: [
        { resourceType: 2, resourceName: TOPIC, configurationKeys: null },
        { resourceType: 4, resourceName: '1', configurationKeys: null },
      ],
    },
    'TOPIC_AUTHORIZATION_FAILED',
    'CLUSTER_AUTHORIZATION_FAILED',
  ),
  denied(
    'AlterConfigs',
    {
      resources: [{ resourceType: 2, resourceName: TOPIC, configs: [{ name: 'retention.ms', value: '1' }] }],
      validateOnly: false,
    },
    'TOPIC_AUTHORIZATION_FAILED',
  ),
  denied(
    'IncrementalAlterConfigs',
    {
      resources: [
        { resourceType: 2, resourceName: TOPIC, configs: [{ name: 'retention.ms', configOperation: 0, value: '1' }] },
      ],
      validateOnly: false,
    },
    'TOPIC_AUTHORIZATION_FAILED',
  ),
  denied(
    'CreatePartitions',
    { topics: [{ name: TOPIC, count: 3, assignments: null }], timeoutMs: 1_000, validateOnly: false },
    'TOPIC_AUTHORIZATION_FAILED',
  ),
  denied(
    'OffsetDelete',
    { groupId: GROUP, topics: [{ name: TOPIC, partitions: [{ partitionIndex: 0 }] }] },
    'GROUP_AUTHORIZATION_FAILED',
  ),
  // Apache Kafka 4.1.1 never answers this to who may not and asks for all, which is null.
  denied('DescribeUserScramCredentials', { users: [{ name: 'alice' }] }, 'CLUSTER_AUTHORIZATION_FAILED'),
  denied(
    'AlterUserScramCredentials',
    { deletions: [{ name: 'alice', mechanism: 1 }], upsertions: [] },
    'CLUSTER_AUTHORIZATION_FAILED',
  ),
  denied(
    'WriteTxnMarkers',
    {
      markers: [
        {
          producerId: 1n,
          producerEpoch: 0,
          transactionResult: true,
          coordinatorEpoch: 0,
          topics: [{ name: TOPIC, partitionIndexes: [0] }],
        },
      ],
    },
    'CLUSTER_AUTHORIZATION_FAILED',
  ),
  denied(
    'AlterReplicaLogDirs',
    { dirs: [{ path: '/', topics: [{ name: TOPIC, partitions: [0] }] }] },
    'CLUSTER_AUTHORIZATION_FAILED',
  ),
  { ...denied('DescribeLogDirs', { topics: null }, 'CLUSTER_AUTHORIZATION_FAILED'), from: 3 },
  denied('ListConfigResources', { resourceTypes: [] }, 'CLUSTER_AUTHORIZATION_FAILED'),
  denied('DescribeClientQuotas', { components: [], strict: false }, 'CLUSTER_AUTHORIZATION_FAILED'),
  denied(
    'AlterClientQuotas',
    { entries: [{ entity: [{ entityType: 'user', entityName: 'alice' }], ops: [] }], validateOnly: false },
    'CLUSTER_AUTHORIZATION_FAILED',
  ),
  denied('DescribeProducers', { topics: [{ name: TOPIC, partitionIndexes: [0] }] }, 'TOPIC_AUTHORIZATION_FAILED'),
  denied('DescribeTransactions', { transactionalIds: [TRANSACTION] }, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'),
  denied('ListTransactions', { stateFilters: [], producerIdFilters: [] }),
  denied('DescribeCluster', { includeClusterAuthorizedOperations: true }),
];

/** The distinct errors anywhere in an answer. */
export function errorsIn(answer: unknown): Set<number> {
  const found = new Set<number>();
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return;
    for (const [name, child] of Object.entries(value)) {
      if (typeof child === 'number' && /errorCode$/i.test(name) && child !== 0) found.add(child);
      else walk(child);
    }
  };
  walk(answer);
  return found;
}
