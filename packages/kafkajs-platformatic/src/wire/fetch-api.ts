import { Reader, Writer } from './platformatic.js';
import type { WireApi } from './api.js';
import type { RequestChannel, ResponseCallback } from './request-channel.js';

/**
 * Fetch (key 1), versions 4 to 17. Unlike the library's own codec, records come back as the bytes that the broker sent:
 * decoding them is the consumer's, in its own time, partition by partition.
 *
 * From version 13 on a request names topics by id (KIP-516); topics without one bring the version down to 12.
 */
export interface FetchRequestPartition {
  readonly partition: number;
  readonly fetchOffset: bigint;
  /** Bytes. */
  readonly partitionMaxBytes: number;
  /** -1: not checked by the broker. */
  readonly currentLeaderEpoch?: number;
}

export interface FetchRequestTopic {
  readonly topic: string;
  readonly topicId?: string | undefined;
  readonly partitions: readonly FetchRequestPartition[];
}

export interface FetchRequest {
  /** Milliseconds the broker may wait for `minBytes`. */
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  /** 0: read uncommitted, 1: read committed. */
  readonly isolationLevel: 0 | 1;
  readonly rackId?: string;
  readonly topics: readonly FetchRequestTopic[];
}

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface FetchResponsePartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: bigint;
  readonly lastStableOffset: bigint;
  /** -1 if the broker does not say. */
  readonly logStartOffset: bigint;
  readonly abortedTransactions: readonly AbortedTransaction[];
  /** Node to read from instead (KIP-392), -1 for none. */
  readonly preferredReadReplica: number;
  /** Record batches as they lie in the log; the last one may be cut off. */
  readonly records: Buffer | null;
}

export interface FetchResponseTopic {
  readonly topic: string;
  readonly partitions: readonly FetchResponsePartition[];
}

export interface FetchResponse {
  readonly throttleTimeMs: number;
  /** Of the request as a whole; each partition has its own. */
  readonly errorCode: number;
  readonly topics: readonly FetchResponseTopic[];
}

const FETCH_KEY = 1;
const FIRST_VERSION_WITH_LOG_START = 5;
const FIRST_VERSION_WITH_SESSIONS = 7;
const FIRST_VERSION_WITH_LEADER_EPOCH = 9;
const FIRST_VERSION_WITH_RACK = 11;
const FIRST_FLEXIBLE_VERSION = 12;
const FIRST_VERSION_WITH_TOPIC_IDS = 13;
const FIRST_VERSION_WITHOUT_REPLICA_ID = 15;
const EMPTY_UUID = '00000000-0000-0000-0000-000000000000';

function hasTopicId(topic: FetchRequestTopic): boolean {
  return topic.topicId !== undefined && topic.topicId !== EMPTY_UUID;
}

export const FetchApi: WireApi<readonly [request: FetchRequest], FetchResponse> = {
  name: 'Fetch',
  key: FETCH_KEY,
  versions: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17],
  partial: true,
  newestFor: ([request]) => (request.topics.every(hasTopicId) ? 17 : FIRST_VERSION_WITH_TOPIC_IDS - 1),
  send(channel: RequestChannel, version: number, [request], callback: ResponseCallback<FetchResponse>): void {
    const flexible = version >= FIRST_FLEXIBLE_VERSION;
    channel.send(
      FETCH_KEY,
      version,
      () => encodeFetchRequest(version, request),
      (_correlationId, _apiKey, _apiVersion, reader) => decodeFetchResponse(version, reader, request),
      flexible,
      flexible,
      callback,
    );
  },
};

function encodeFetchRequest(version: number, request: FetchRequest): Writer {
  const compact = version >= FIRST_FLEXIBLE_VERSION;
  const writer = Writer.create();
  if (version < FIRST_VERSION_WITHOUT_REPLICA_ID) {
    writer.appendInt32(-1);
  }
  writer
    .appendInt32(request.maxWaitMs)
    .appendInt32(request.minBytes)
    .appendInt32(request.maxBytes)
    .appendInt8(request.isolationLevel);
  if (version >= FIRST_VERSION_WITH_SESSIONS) {
    // No fetch session (KIP-227): id 0 and epoch -1.
    writer.appendInt32(0).appendInt32(-1);
  }
  writer.appendArray(
    request.topics as FetchRequestTopic[],
    (_, topic) => {
      if (version >= FIRST_VERSION_WITH_TOPIC_IDS) {
        writer.appendUUID(topic.topicId ?? EMPTY_UUID);
      } else {
        writer.appendString(topic.topic, compact);
      }
      writer.appendArray(
        topic.partitions as FetchRequestPartition[],
        (_, partition) => {
          writer.appendInt32(partition.partition);
          if (version >= FIRST_VERSION_WITH_LEADER_EPOCH) {
            writer.appendInt32(partition.currentLeaderEpoch ?? -1);
          }
          writer.appendInt64(partition.fetchOffset);
          if (compact) {
            writer.appendInt32(-1);
          }
          if (version >= FIRST_VERSION_WITH_LOG_START) {
            writer.appendInt64(-1n);
          }
          writer.appendInt32(partition.partitionMaxBytes);
        },
        compact,
        compact,
      );
    },
    compact,
    compact,
  );
  if (version >= FIRST_VERSION_WITH_SESSIONS) {
    writer.appendArray([], () => {}, compact, compact);
  }
  if (version >= FIRST_VERSION_WITH_RACK) {
    writer.appendString(request.rackId ?? '', compact);
  }
  if (compact) {
    writer.appendTaggedFields();
  }
  return writer;
}

function decodeFetchResponse(version: number, reader: Reader, request: FetchRequest): FetchResponse {
  const compact = version >= FIRST_FLEXIBLE_VERSION;
  const throttleTimeMs = reader.readInt32();
  let errorCode = 0;
  if (version >= FIRST_VERSION_WITH_SESSIONS) {
    errorCode = reader.readInt16();
    reader.readInt32();
  }
  const nameById = new Map<string, string>();
  if (version >= FIRST_VERSION_WITH_TOPIC_IDS) {
    for (const topic of request.topics) {
      nameById.set(topic.topicId ?? EMPTY_UUID, topic.topic);
    }
  }
  const topics = reader.readArray(
    topicReader => {
      let topic: string;
      if (version >= FIRST_VERSION_WITH_TOPIC_IDS) {
        const id = topicReader.readUUID();
        topic = nameById.get(id) ?? id;
      } else {
        topic = topicReader.readString(compact);
      }
      const partitions = topicReader.readArray(
        partitionReader => decodePartition(version, partitionReader),
        compact,
        compact,
      );
      return { topic, partitions };
    },
    compact,
    compact,
  );
  if (compact) {
    reader.readTaggedFields();
  }
  return { throttleTimeMs, errorCode, topics };
}

function decodePartition(version: number, reader: Reader): FetchResponsePartition {
  const compact = version >= FIRST_FLEXIBLE_VERSION;
  const partition = reader.readInt32();
  const errorCode = reader.readInt16();
  const highWatermark = reader.readInt64();
  const lastStableOffset = reader.readInt64();
  const logStartOffset = version >= FIRST_VERSION_WITH_LOG_START ? reader.readInt64() : -1n;
  const abortedTransactions =
    reader.readNullableArray(
      entry => ({ producerId: entry.readInt64(), firstOffset: entry.readInt64() }),
      compact,
      compact,
    ) ?? [];
  const preferredReadReplica = version >= FIRST_VERSION_WITH_RACK ? reader.readInt32() : -1;
  return {
    partition,
    errorCode,
    highWatermark,
    lastStableOffset,
    logStartOffset,
    abortedTransactions,
    preferredReadReplica,
    records: readRecords(reader, compact),
  };
}

function readRecords(reader: Reader, compact: boolean): Buffer | null {
  const length = compact ? reader.readUnsignedVarInt() - 1 : reader.readInt32();
  if (length < 0) {
    return null;
  }
  if (length > reader.remaining) {
    throw new RangeError(`Fetch response declares ${length} bytes of records but only ${reader.remaining} remain`);
  }
  const records = reader.buffer.slice(reader.position, reader.position + length);
  reader.skip(length);
  return records;
}
