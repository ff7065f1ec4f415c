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
const topicId: ValueRule = (value, { numbered }) =>
  typeof value === 'string' && value !== ZERO_UUID ? numbered('topic id', value) : value;
/** Only a time that is about now is masked: one that a conversation chose itself is compared. */
const time: ValueRule = value =>
  typeof value === 'bigint' && Math.abs(Number(value) - Date.now()) < NOW_TOLERANCE_MS ? '<now>' : value;
const producerId: ValueRule = (value, { numbered }) =>
  typeof value === 'bigint' && value >= 0n ? numbered('producer id', String(value)) : value;
const sessionId: ValueRule = (value, { numbered }) =>
  typeof value === 'number' && value !== 0 ? numbered('session id', String(value)) : value;

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
  timestamp: time,
  logAppendTimeMs: time,
  baseTimestamp: time,
  maxTimestamp: time,
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

/** The ground is shared: what other users of it have there is none of our business. */
const onlyOurs =
  (name: string): ListRule =>
  elements =>
    sortedBy(name)(elements.filter(element => field(element, name).startsWith('<')));

/** Lists whose order comes out of a hash table, or that are better compared by name. Everywhere else order counts. */
export const listRules: Readonly<Record<string, ListRule>> = {
  'Metadata.topics': sortedBy('name', 'topicId'),
  'ListGroups.groups': onlyOurs('groupId'),
  'CreateTopics.topics': sortedBy('name', 'errorCode'),
  'CreateTopics.topics[].configs': sortedBy('name'),
  'DeleteTopics.responses': sortedBy('name', 'topicId'),
  'CreatePartitions.results': sortedBy('name'),
  'DescribeConfigs.results[].configs': sortedBy('name'),
  'JoinGroup.members': sortedBy('memberId'),
  'DescribeGroups.groups[].members': sortedBy('memberId'),
  'DeleteGroups.results': sortedBy('groupId'),
  'OffsetFetch.topics': sortedBy('name'),
  'OffsetFetch.groups[].topics': sortedBy('name'),
  'ListOffsets.topics': sortedBy('name'),
  'ApiVersions.apiKeys': elements =>
    Object.fromEntries(
      elements.map(element => [field(element, 'apiKey'), `${field(element, 'minVersion')}-${field(element, 'maxVersion')}`]),
    ),
  'ApiVersions.supportedFeatures': sortedBy('name'),
  'ApiVersions.finalizedFeatures': sortedBy('name'),
};
