import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { createProtocolError } from '../errors/protocol-errors.js';
import { OffsetCommitApi, OffsetFetchApi } from '../wire/apis.js';
import type { AdminRequests } from './admin-requests.js';
import type { FetchOffsetsPartition, SeekEntry } from './admin-types.js';
import { assertArray, assertName } from './argument-check.js';
import { describeGroups } from './groups.js';
import { fetchTopicOffsets } from './topic-offsets.js';

type CommittedPlace = SeekEntry & { metadata?: string | null };

interface CommittedTopic {
  topic: string;
  partitions: FetchOffsetsPartition[];
}

const LATEST_OFFSET = '-1';
const EARLIEST_OFFSET = '-2';
/** A commit from outside the group; brokers take it only while the group has no members. */
const NO_GENERATION = -1;
const IDLE_STATES = new Set(['Empty', 'Dead']);

/**
 * Committed offsets of a group; "-1" where it has none. With `resolveOffsets` the partition's end (or, for "-2", its
 * beginning) stands in its place, and is committed.
 */
export async function fetchOffsets(
  requests: AdminRequests,
  options: { groupId: string; topics?: string[]; resolveOffsets?: boolean },
): Promise<CommittedTopic[]> {
  const { groupId, topics = [], resolveOffsets = false } = options;
  assertName('groupId', groupId);
  assertArray('topics', topics, true);
  const committed = await requests.attempt(() => readCommitted(requests, groupId, topics));
  if (!resolveOffsets) {
    return committed;
  }
  const resolved: CommittedTopic[] = [];
  for (const { topic, partitions } of committed) {
    const places = await resolve(requests, topic, partitions);
    const changed = places.filter(({ offset }, index) => offset !== partitions[index]?.offset);
    if (changed.length > 0) {
      await setOffsets(requests, { groupId, topic, partitions: changed });
    }
    resolved.push({ topic, partitions: places });
  }
  return resolved;
}

/**
 * Commits offsets for a group. "-1" is the end and "-2" the beginning of the partition as it is now.
 * @throws KafkaJSNonRetriableError while the group has members.
 */
export async function setOffsets(
  requests: AdminRequests,
  { groupId, topic, partitions }: { groupId: string; topic: string; partitions: CommittedPlace[] },
): Promise<void> {
  assertName('groupId', groupId);
  assertName('topic', topic);
  assertArray('partitions', partitions);
  await assertIdle(requests, groupId);
  const places = await resolve(requests, topic, partitions);
  const topics = [
    {
      name: topic,
      partitions: places.map(({ partition, offset, metadata = null }) => ({
        partitionIndex: partition,
        committedOffset: BigInt(offset),
        committedLeaderEpoch: -1,
        committedMetadata: metadata,
      })),
    },
  ];
  await requests.attempt(async () => {
    const response = await requests.atCoordinator(
      groupId,
      OffsetCommitApi,
      [groupId, NO_GENERATION, '', null, topics],
      ({ topics: results }) => results.flatMap(result => result.partitions.map(({ errorCode }) => errorCode)),
    );
    const failed = response.topics.flatMap(result => result.partitions).find(({ errorCode }) => errorCode !== 0);
    if (failed !== undefined) {
      const place = `Group "${groupId}", topic "${topic}", partition ${failed.partitionIndex}`;
      throw createProtocolError(failed.errorCode, place);
    }
  });
}

/** Commits the end (or, with `earliest`, the beginning) of every partition of the topic as it is now. */
export async function resetOffsets(
  requests: AdminRequests,
  { groupId, topic, earliest = false }: { groupId: string; topic: string; earliest: boolean },
): Promise<void> {
  assertName('groupId', groupId);
  assertName('topic', topic);
  await requests.cluster.metadata([topic]);
  const offset = earliest ? EARLIEST_OFFSET : LATEST_OFFSET;
  const partitions = requests.cluster
    .findTopicPartitionMetadata(topic)
    .map(({ partitionId }) => ({ partition: partitionId, offset }));
  await setOffsets(requests, { groupId, topic, partitions });
}

async function assertIdle(requests: AdminRequests, groupId: string): Promise<void> {
  const { groups } = await describeGroups(requests, [groupId]);
  const state = groups[0]?.state ?? 'Unknown';
  if (!IDLE_STATES.has(state)) {
    throw new KafkaJSNonRetriableError(
      `The consumer group must have no running instances, current state: ${state}. ` +
        `Stop every consumer of group "${groupId}" first.`,
    );
  }
}

async function resolve<Entry extends SeekEntry>(
  requests: AdminRequests,
  topic: string,
  partitions: readonly Entry[],
): Promise<Entry[]> {
  if (!partitions.some(({ offset }) => isSymbolic(String(offset)))) {
    return [...partitions];
  }
  const bounds = new Map((await fetchTopicOffsets(requests, topic)).map(entry => [entry.partition, entry]));
  return partitions.map(entry => {
    const known = bounds.get(entry.partition);
    const offset = String(entry.offset);
    if (!isSymbolic(offset) || known === undefined) {
      return entry;
    }
    return { ...entry, offset: offset === LATEST_OFFSET ? known.high : known.low };
  });
}

async function readCommitted(
  requests: AdminRequests,
  groupId: string,
  topics: readonly string[],
): Promise<CommittedTopic[]> {
  const { cluster } = requests;
  if (topics.length > 0) {
    await cluster.metadata(topics, { retry: false });
  }
  const wanted = topics.map(name => ({
    name,
    partitionIndexes: cluster.findTopicPartitionMetadata(name).map(({ partitionId }) => partitionId),
  }));
  const response = await requests.atCoordinator(
    groupId,
    OffsetFetchApi,
    [[{ groupId, memberId: null, memberEpoch: -1, topics: wanted.length > 0 ? wanted : null }], false],
    ({ groups }) => groups.map(({ errorCode }) => errorCode),
  );
  const [group] = response.groups;
  if (group === undefined || group.errorCode !== 0) {
    throw createProtocolError(group?.errorCode ?? -1, `Group "${groupId}"`);
  }
  return group.topics.map(({ name, partitions }) => {
    const failed = partitions.find(({ errorCode }) => errorCode !== 0);
    if (failed !== undefined) {
      const place = `Group "${groupId}", topic "${name}", partition ${failed.partitionIndex}`;
      throw createProtocolError(failed.errorCode, place);
    }
    return {
      topic: name,
      partitions: partitions
        .map(({ partitionIndex, committedOffset, metadata }) => ({
          partition: partitionIndex,
          offset: String(committedOffset),
          metadata: metadata || null,
        }))
        .sort((a, b) => a.partition - b.partition),
    };
  });
}

function isSymbolic(offset: string): boolean {
  return offset === LATEST_OFFSET || offset === EARLIEST_OFFSET;
}
