import { MalformedMessageError } from '../../protocol/malformed-message-error.js';
import { consumerProtocolAssignmentCodec } from '../../protocol/generated/consumer-protocol-assignment.js';
import {
  consumerProtocolSubscriptionCodec,
  type ConsumerProtocolSubscription,
} from '../../protocol/generated/consumer-protocol-subscription.js';
import { Reader } from '../../protocol/reader.js';
import { Writer } from '../../protocol/writer.js';
import { addPartition, partitionsOf, type MutablePartitionMap, type PartitionMap } from './partition-map.js';
import type { TopicDirectory } from './topic-directory.js';

/** The latest version of both messages; a later one begins as this one does. */
const LATEST_VERSION = 3;
const VERSION_BYTES = 2;

/** What a classic member says about itself in its JoinGroup, within the protocol type `consumer`. */
export interface EmbeddedSubscription extends ConsumerProtocolSubscription {
  readonly version: number;
}

/** @throws MalformedMessageError */
export function readSubscription(metadata: Buffer): EmbeddedSubscription {
  const version = versionOf(metadata);
  return { version, ...consumerProtocolSubscriptionCodec.read(new Reader(metadata, VERSION_BYTES), version) };
}

/** Partitions by the ids of their topics; topics that are gone are left out. */
export function toPartitionMap(
  listed: readonly { readonly topic: string; readonly partitions: readonly number[] }[],
  directory: TopicDirectory,
): MutablePartitionMap {
  const map: MutablePartitionMap = new Map();
  for (const { topic, partitions } of listed) {
    const id = directory.topic(topic)?.id;
    if (id === undefined) continue;
    for (const partition of partitions) addPartition(map, id, partition);
  }
  return map;
}

/**
 * What a classic leader assigned.
 * @returns undefined if an assignor of the application's own says more than partitions, which would be lost
 * @throws MalformedMessageError
 */
export function readAssignment(assignment: Buffer, directory: TopicDirectory): MutablePartitionMap | undefined {
  if (assignment.length === 0) return new Map();
  const reader = new Reader(assignment, VERSION_BYTES);
  const { assignedPartitions, userData } = consumerProtocolAssignmentCodec.read(reader, versionOf(assignment));
  return userData !== null && userData.length > 0 ? undefined : toPartitionMap(assignedPartitions, directory);
}

/** An assignment as a classic member reads it, in the version that it speaks itself. */
export function writeAssignment(partitions: PartitionMap, directory: TopicDirectory, version: number): Buffer {
  const byTopic = new Map<string, number[]>();
  for (const [topicId, partition] of partitionsOf(partitions)) {
    const name = directory.topicById(topicId)?.name;
    if (name === undefined) continue;
    const known = byTopic.get(name);
    if (known === undefined) byTopic.set(name, [partition]);
    else known.push(partition);
  }
  const assignedPartitions = Array.from(byTopic, ([topic, numbers]) => ({ topic, partitions: numbers.sort(rising) }));
  const writer = new Writer(128);
  writer.int16(version);
  consumerProtocolAssignmentCodec.write(writer, { assignedPartitions }, version);
  return Buffer.concat(writer.finish());
}

const rising = (one: number, other: number): number => one - other;

function versionOf(bytes: Buffer): number {
  if (bytes.length < VERSION_BYTES) throw new MalformedMessageError('a consumer protocol message has no version');
  const version = bytes.readInt16BE(0);
  if (version < 0) throw new MalformedMessageError(`a consumer protocol message has version ${version}`);
  return Math.min(version, LATEST_VERSION);
}
