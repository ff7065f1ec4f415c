import type { Ground } from './ground.js';
import type { Json } from './transcript.js';

/** What a rule knows besides the value. */
export interface Masking {
  readonly ground: Ground;
  /** The same placeholder for the same value, numbered in the order of appearance: identity is still compared. */
  numbered(kind: string, value: string): string;
}

export type ValueRule = (value: unknown, masking: Masking) => unknown;

const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA';
const NOW_TOLERANCE_MS = 10 * 60_000;

const node: ValueRule = (value, { ground }) => (value === ground.nodeId ? '<node>' : value);
const host: ValueRule = (value, { ground }) => (value === ground.host ? '<host>' : value);
const port: ValueRule = (value, { ground }) => (value === ground.port ? '<port>' : value);
const clusterId: ValueRule = (value, { ground }) => (value === ground.clusterId ? '<cluster id>' : value);
/** In a text. */
const clusterIdWithin: ValueRule = (value, { ground }) =>
  typeof value === 'string' ? value.replaceAll(ground.clusterId, '<cluster id>') : value;
const topicId: ValueRule = (value, { numbered }) =>
  typeof value === 'string' && value !== ZERO_UUID ? numbered('topic id', value) : value;
/** Only a time that is about now is masked: one that a conversation chose itself is compared. */
const time: ValueRule = value =>
  typeof value === 'bigint' && Math.abs(Number(value) - Date.now()) < NOW_TOLERANCE_MS ? '<now>' : value;
const producerId: ValueRule = (value, { numbered }) =>
  typeof value === 'bigint' && value >= 0n ? numbered('producer id', String(value)) : value;
const sessionId: ValueRule = (value, { numbered }) =>
  typeof value === 'number' && value !== 0 ? numbered('session id', String(value)) : value;
/** Ids that brokers make are random; those that conversations make are names of theirs. */
const memberId: ValueRule = (value, { numbered }) =>
  typeof value === 'string' && /^[\w-]{22}$/.test(value) && !value.startsWith('diff-')
    ? numbered('member id', value)
    : value;

const epoch: ValueRule = value => (typeof value === 'number' && value > 0 ? '<epoch>' : value);
const progress: ValueRule = value => (typeof value === 'bigint' && value > 0n ? '<offset>' : value);

/** What there is of a disk. */
const room: ValueRule = value => (typeof value === 'bigint' && value >= 0n ? '<room>' : value);

/** What may differ between two brokers that behave alike, by field. A name without an API stands for all of them. */
export const valueRules: Readonly<Record<string, ValueRule>> = {
  nodeId: node,
  brokerId: node,
  leaderId: node,
  controllerId: node,
  'replicaNodes[]': node,
  'isrNodes[]': node,
  host,
  port,
  clusterId,
  topicId,
  sessionId,
  producerId,
  ongoingTxnProducerId: producerId,
  memberId,
  timestamp: time,
  logAppendTimeMs: time,
  baseTimestamp: time,
  maxTimestamp: time,
  lastTimestamp: time,
  transactionStartTimeMs: time,
  logDir: value => (typeof value === 'string' && value !== '' ? '<directory>' : value),
  totalBytes: room,
  usableBytes: room,
  'GetTelemetrySubscriptions.clientInstanceId': (value, { numbered }) =>
    typeof value === 'string' && value !== ZERO_UUID ? numbered('client instance', value) : value,
  'GetTelemetrySubscriptions.subscriptionId': (value, { numbered }) =>
    typeof value === 'number' ? numbered('subscription', String(value)) : value,
  'AddRaftVoter.errorMessage': clusterIdWithin,
  'RemoveRaftVoter.errorMessage': clusterIdWithin,
  // How far the metadata has come, and who keeps it.
  'DescribeQuorum.topics[].partitions[].leaderEpoch': epoch,
  'DescribeQuorum.topics[].partitions[].highWatermark': progress,
  'DescribeQuorum.nodes[].listeners[].port': value => (typeof value === 'number' && value > 0 ? '<port>' : value),
  logEndOffset: progress,
  replicaId: node,
  replicaDirectoryId: (value, { numbered }) =>
    typeof value === 'string' && value !== ZERO_UUID ? numbered('directory', value) : value,
  lastFetchTimestamp: time,
  lastCaughtUpTimestamp: time,
  // The number of metadata records that the controller has written so far.
  'ApiVersions.finalizedFeaturesEpoch': value => (typeof value === 'bigint' && value >= 0n ? '<epoch>' : value),
};

export type ListRule = (elements: readonly Json[]) => Json;

const field = (element: Json, name: string): string =>
  element !== null && typeof element === 'object' && !Array.isArray(element)
    ? String((element as Readonly<Record<string, Json>>)[name])
    : '';

const sortedBy =
  (...names: string[]): ListRule =>
  elements =>
    [...elements].sort((a, b) => {
      const [left, right] = [a, b].map(one => names.map(name => field(one, name)).join(' ')) as [string, string];
      return left < right ? -1 : left > right ? 1 : 0;
    });

/** By name instead of by index, so that a difference says whose it is. A name that occurs twice is left in a list. */
const byName: ListRule = elements => {
  const entries = elements.map(element => [field(element, 'name'), element] as const);
  const isUnique = new Set(entries.map(([name]) => name)).size === entries.length;
  return isUnique ? Object.fromEntries(entries) : elements;
};

type JsonObject = Readonly<Record<string, Json>>;

/** A topic that comes several times is put together: the order of partitions that do not depend on each other is free. */
const regroupedTopics: ListRule = elements => {
  const topics = new Map<string, JsonObject & { readonly partitions: readonly Json[] }>();
  for (const element of elements as readonly (JsonObject & { readonly partitions: readonly Json[] })[]) {
    const key = `${field(element, 'topic')} ${field(element, 'topicId')}`;
    const partitions = [...(topics.get(key)?.partitions ?? []), ...element.partitions];
    topics.set(key, { ...element, partitions: sortedBy('partitionIndex')(partitions) as readonly Json[] });
  }
  return sortedBy('topic', 'topicId')([...topics.values()]);
};

/** The ground is shared: what other users of it have there is none of our business. */
const onlyOurs =
  (name: string): ListRule =>
  elements =>
    sortedBy(name)(elements.filter(element => field(element, name).startsWith('<')));

/** Of a quota's entity neither the order nor the list is of interest. */
const entityText: ListRule = elements =>
  elements
    .map(element => `${field(element, 'entityType')}=${field(element, 'entityName')}`)
    .sort()
    .join(' ');

/** Lists whose order comes out of a hash table, or that are better compared by name. Everywhere else order counts. */
export const listRules: Readonly<Record<string, ListRule>> = {
  'Produce.responses': sortedBy('name', 'topicId'),
  'Produce.responses[].partitionResponses': sortedBy('index'),
  'Fetch.responses': regroupedTopics,
  'Metadata.topics': sortedBy('name', 'topicId'),
  'Metadata.topics[].partitions': sortedBy('partitionIndex'),
  'ListGroups.groups': onlyOurs('groupId'),
  'CreateTopics.topics': sortedBy('name', 'errorCode'),
  'CreateTopics.topics[].configs': byName,
  'DeleteTopics.responses': sortedBy('name', 'topicId'),
  'CreatePartitions.results': sortedBy('name'),
  'DescribeConfigs.results[].configs': byName,
  'JoinGroup.members': sortedBy('memberId'),
  'DescribeGroups.groups': sortedBy('groupId'),
  'DescribeGroups.groups[].members': sortedBy('memberId'),
  'DeleteGroups.results': sortedBy('groupId'),
  'OffsetFetch.topics': sortedBy('name'),
  'OffsetFetch.topics[].partitions': sortedBy('partitionIndex'),
  'OffsetFetch.groups[].topics': sortedBy('name'),
  'OffsetFetch.groups[].topics[].partitions': sortedBy('partitionIndex'),
  'ConsumerGroupDescribe.groups': sortedBy('groupId'),
  'ConsumerGroupDescribe.groups[].members': sortedBy('memberId'),
  'ConsumerGroupDescribe.groups[].members[].subscribedTopicNames': elements => [...elements].sort(),
  'ListOffsets.topics': sortedBy('name'),
  'AddPartitionsToTxn.resultsByTransaction': sortedBy('transactionalId'),
  'AddPartitionsToTxn.resultsByTransaction[].topicResults': sortedBy('name'),
  'AddPartitionsToTxn.resultsByTransaction[].topicResults[].resultsByPartition': sortedBy('partitionIndex'),
  'AddPartitionsToTxn.resultsByTopicV3AndBelow': sortedBy('name'),
  'AddPartitionsToTxn.resultsByTopicV3AndBelow[].resultsByPartition': sortedBy('partitionIndex'),
  'TxnOffsetCommit.topics': sortedBy('name'),
  'TxnOffsetCommit.topics[].partitions': sortedBy('partitionIndex'),
  'DescribeLogDirs.results[].topics': onlyOurs('name'),
  'DescribeLogDirs.results[].topics[].partitions': sortedBy('partitionIndex'),
  'AlterReplicaLogDirs.results': sortedBy('topicName'),
  'AlterReplicaLogDirs.results[].partitions': sortedBy('partitionIndex'),
  'WriteTxnMarkers.markers': sortedBy('producerId'),
  'WriteTxnMarkers.markers[].topics': sortedBy('name'),
  'WriteTxnMarkers.markers[].topics[].partitions': sortedBy('partitionIndex'),
  'DescribeProducers.topics[].partitions[].activeProducers': sortedBy('producerId'),
  'ListConfigResources.configResources': onlyOurs('resourceName'),
  'GetTelemetrySubscriptions.acceptedCompressionTypes': elements => [...elements].sort(),
  'AlterClientQuotas.entries': sortedBy('entity', 'errorCode'),
  'AlterClientQuotas.entries[].entity': entityText,
  'DescribeClientQuotas.entries': sortedBy('entity'),
  'DescribeClientQuotas.entries[].entity': entityText,
  'DescribeClientQuotas.entries[].values': sortedBy('key'),
  'AlterUserScramCredentials.results': sortedBy('user'),
  'DescribeUserScramCredentials.results': sortedBy('user'),
  'DescribeUserScramCredentials.results[].credentialInfos': sortedBy('mechanism'),
  'DescribeProducers.topics': sortedBy('name'),
  'DescribeTransactions.transactionStates[].topics[].partitions': elements => [...elements].sort(),
  'ListTransactions.transactionStates': onlyOurs('transactionalId'),
  'ListTransactions.unknownStateFilters': elements => [...elements].sort(),
  'ApiVersions.apiKeys': elements =>
    Object.fromEntries(
      elements.map(element => [
        field(element, 'apiKey'),
        `${field(element, 'minVersion')}-${field(element, 'maxVersion')}`,
      ]),
    ),
  'ApiVersions.supportedFeatures': byName,
  'ApiVersions.finalizedFeatures': byName,
};
