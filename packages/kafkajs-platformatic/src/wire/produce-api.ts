import { Reader, Writer } from './platformatic.js';
import type { WireApi } from './api.js';
import type { RequestChannel, ResponseCallback } from './request-channel.js';

/**
 * Produce (key 0), versions 3 to 11, with record batches that are encoded already. Version 12 and up belong to
 * transactions of KIP-890 and to topic ids; nothing here needs them.
 */
export interface ProduceRequestPartition {
  readonly partition: number;
  /** One record batch, format 2. */
  readonly records: Buffer;
}

export interface ProduceRequestTopic {
  readonly topic: string;
  readonly partitions: readonly ProduceRequestPartition[];
}

export interface ProduceRequest {
  readonly transactionalId?: string | undefined;
  readonly acks: -1 | 0 | 1;
  /** Milliseconds the leader may wait for its followers. */
  readonly timeoutMs: number;
  readonly topics: readonly ProduceRequestTopic[];
}

export interface ProduceResponsePartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly baseOffset: bigint;
  /** Milliseconds; -1 unless the topic's timestamps are the broker's. */
  readonly logAppendTime: bigint;
  readonly logStartOffset: bigint;
}

export interface ProduceResponseTopic {
  readonly topic: string;
  readonly partitions: readonly ProduceResponsePartition[];
}

export interface ProduceResponse {
  readonly topics: readonly ProduceResponseTopic[];
  readonly throttleTimeMs: number;
}

const PRODUCE_KEY = 0;
const FIRST_VERSION_WITH_LOG_START = 5;
const FIRST_VERSION_WITH_RECORD_ERRORS = 8;
const FIRST_FLEXIBLE_VERSION = 9;

/** With `acks: 0` the broker sends no response; the call settles with none once the request is written. */
export const ProduceApi: WireApi<readonly [request: ProduceRequest], ProduceResponse | undefined> = {
  name: 'Produce',
  key: PRODUCE_KEY,
  versions: [3, 4, 5, 6, 7, 8, 9, 10, 11],
  partial: true,
  send(
    channel: RequestChannel,
    version: number,
    [request],
    callback: ResponseCallback<ProduceResponse | undefined>,
  ): void {
    const flexible = version >= FIRST_FLEXIBLE_VERSION;
    channel.send<ProduceResponse | undefined>(
      PRODUCE_KEY,
      version,
      () => encodeProduceRequest(version, request),
      (_correlationId, _apiKey, _apiVersion, reader) => decodeProduceResponse(version, reader),
      flexible,
      flexible,
      request.acks === 0 ? error => callback(error) : callback,
    );
  },
};

function encodeProduceRequest(version: number, request: ProduceRequest): Writer {
  const compact = version >= FIRST_FLEXIBLE_VERSION;
  const writer = Writer.create()
    .appendString(request.transactionalId ?? null, compact)
    .appendInt16(request.acks)
    .appendInt32(request.timeoutMs)
    .appendArray(
      request.topics as ProduceRequestTopic[],
      (topicWriter, topic) => {
        topicWriter.appendString(topic.topic, compact).appendArray(
          topic.partitions as ProduceRequestPartition[],
          (partitionWriter, { partition, records }) => {
            partitionWriter.appendInt32(partition).appendBytes(records, compact);
          },
          compact,
          compact,
        );
      },
      compact,
      compact,
    );
  if (compact) {
    writer.appendTaggedFields();
  }
  if (request.acks === 0) {
    writer.context['noResponse'] = true;
  }
  return writer;
}

function decodeProduceResponse(version: number, reader: Reader): ProduceResponse {
  const compact = version >= FIRST_FLEXIBLE_VERSION;
  const topics = reader.readArray(
    topicReader => ({
      topic: topicReader.readString(compact),
      partitions: topicReader.readArray(
        partitionReader => decodePartition(version, partitionReader, compact),
        compact,
        compact,
      ),
    }),
    compact,
    compact,
  );
  const throttleTimeMs = reader.readInt32();
  if (compact) {
    reader.readTaggedFields();
  }
  return { topics, throttleTimeMs };
}

function decodePartition(version: number, reader: Reader, compact: boolean): ProduceResponsePartition {
  const partition = reader.readInt32();
  const errorCode = reader.readInt16();
  const baseOffset = reader.readInt64();
  const logAppendTime = reader.readInt64();
  const logStartOffset = version >= FIRST_VERSION_WITH_LOG_START ? reader.readInt64() : -1n;
  let errorMessage: string | null = null;
  if (version >= FIRST_VERSION_WITH_RECORD_ERRORS) {
    const recordErrors = reader.readArray(
      errorReader => {
        const index = errorReader.readInt32();
        return { index, message: errorReader.readNullableString(compact) };
      },
      compact,
      compact,
    );
    errorMessage = reader.readNullableString(compact);
    const first = recordErrors.find(recordError => recordError.message !== null);
    errorMessage ??= first === undefined ? null : `record ${first.index}: ${first.message}`;
  }
  return { partition, errorCode, errorMessage, baseOffset, logAppendTime, logStartOffset };
}
