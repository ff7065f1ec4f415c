import type { Broker } from '../broker.js';
import { NO_LEADER } from '../cluster/replica-set.js';
import type { Topic } from '../cluster/topic.js';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';
import { buildRecordBatch, type RecordContents } from '../log/batch-building.js';
import { show } from '../options/option-values.js';
import { unknownName } from '../options/nearest-name.js';
import { ErrorCode, errorName } from '../protocol/errors.js';
import { partitionOfKey } from './key-partition.js';

/** A record to write; texts are written as UTF-8. */
export interface RecordInit {
  /** Default null. */
  readonly key?: string | Uint8Array | null | undefined;
  /** Default null, a tombstone. */
  readonly value?: string | Uint8Array | null | undefined;
  /** Several values of one name as an array. Default none. */
  readonly headers?: Readonly<Record<string, HeaderInit | readonly HeaderInit[]>> | undefined;
  /** Default: that of the key, as Kafka's clients choose it; without a key one after the other. */
  readonly partition?: number | undefined;
  /** Milliseconds since the epoch. Default: the broker's time. */
  readonly timestamp?: number | undefined;
}

type HeaderInit = string | Uint8Array | null;

/** Where a record lies. */
export interface RecordPlace {
  readonly partition: number;
  readonly offset: number;
}

const fields: ReadonlySet<string> = new Set<keyof RecordInit>(['key', 'value', 'headers', 'partition', 'timestamp']);

/**
 * Writes records without a client; one batch for each partition.
 * @throws EmbeddedKafkaError INVALID_RECORDS, UNKNOWN_PARTITION or PRODUCE_REFUSED; partitions before the one that is refused
 *   have their records
 */
export function produceDirectly(broker: Broker, topic: Topic, records: readonly RecordInit[]): RecordPlace[] {
  const faults = recordFaults(records);
  if (faults.length > 0) throw new EmbeddedKafkaError('INVALID_RECORDS', [topic.name, faults]);
  const now = broker.clock.now();
  const placed = records.map((record, index) => place(topic, record, index));
  const offsets = new Map<number, number>();
  for (const [index, own] of Map.groupBy(placed, ({ partition }) => partition)) {
    offsets.set(
      index,
      append(
        topic,
        index,
        own.map(({ record }) => contentsOf(record, now)),
        now,
      ),
    );
  }
  broker.storage?.directory.whenSafe(undefined);
  return placed.map(({ partition }) => {
    const offset = offsets.get(partition)!;
    offsets.set(partition, offset + 1);
    return { partition, offset };
  });
}

interface PlacedRecord {
  readonly partition: number;
  readonly record: RecordInit;
}

function place({ name, partitions }: Topic, record: RecordInit, index: number): PlacedRecord {
  const { length } = partitions;
  const { key = null } = record;
  const partition = record.partition ?? (key === null ? index % length : partitionOfKey(bytesOf(key), length));
  if (partitions[partition] === undefined) throw new EmbeddedKafkaError('UNKNOWN_PARTITION', [name, partition, length]);
  return { partition, record };
}

function append(topic: Topic, index: number, records: readonly RecordContents[], now: number): number {
  const partition = topic.partitions[index]!;
  const refuse = (errorCode: number, reason: string): never => {
    throw new EmbeddedKafkaError('PRODUCE_REFUSED', [`${topic.name}-${index}`, errorName(errorCode), reason]);
  };
  if (partition.leaderId === NO_LEADER) refuse(ErrorCode.LEADER_NOT_AVAILABLE, 'no node leads it.');
  if (partition.isUnderMinIsr) {
    refuse(ErrorCode.NOT_ENOUGH_REPLICAS, `${partition.isr.length} of its replicas are in sync.`);
  }
  const result = partition.append(buildRecordBatch(records), now);
  return 'errorCode' in result ? refuse(result.errorCode, result.reason) : result.baseOffset;
}

function contentsOf({ key = null, value = null, headers = {}, timestamp }: RecordInit, now: number): RecordContents {
  return {
    key: key === null ? null : bytesOf(key),
    value: value === null ? null : bytesOf(value),
    timestamp: timestamp ?? now,
    headers: Object.entries(headers).flatMap(([name, given]) =>
      (isList(given) ? given : [given]).map(each => [name, each === null ? null : bytesOf(each)] as const),
    ),
  };
}

function recordFaults(records: readonly RecordInit[]): string[] {
  if (!Array.isArray(records)) return [`they must be an array, got ${show(records)}`];
  return (records as readonly RecordInit[]).flatMap((record, index) => {
    const at = `records[${index}]`;
    if (typeof record !== 'object' || record === null) return [`${at} must be { key?, value?, … }`];
    const { key, value, headers, partition, timestamp } = record;
    const faults = Object.keys(record)
      .filter(name => !fields.has(name))
      .map(name => `${at}.${name} is not known ${unknownName(name, fields)}`);
    if (!isContent(key)) faults.push(`${at}.key must be a text, bytes or null`);
    if (!isContent(value)) faults.push(`${at}.value must be a text, bytes or null`);
    if (partition !== undefined && !(Number.isInteger(partition) && partition >= 0)) {
      faults.push(`${at}.partition must be an integer from 0 on, got ${show(partition)}`);
    }
    if (timestamp !== undefined && !(Number.isSafeInteger(timestamp) && timestamp >= 0)) {
      faults.push(`${at}.timestamp must be milliseconds since the epoch, got ${show(timestamp)}`);
    }
    if (headers !== undefined && !areHeaders(headers)) faults.push(`${at}.headers must be texts or bytes by name`);
    return faults;
  });
}

function areHeaders(headers: unknown): boolean {
  if (typeof headers !== 'object' || headers === null) return false;
  return Object.values(headers).every(given => (Array.isArray(given) ? given.every(isContent) : isContent(given)));
}

function isContent(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'string' || value instanceof Uint8Array;
}

function isList(given: HeaderInit | readonly HeaderInit[]): given is readonly HeaderInit[] {
  return Array.isArray(given);
}

function bytesOf(content: string | Uint8Array): Buffer {
  return Buffer.from(content as string);
}
