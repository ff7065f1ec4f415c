import { checkLeader } from '../cluster/leader-epoch.js';
import { LeaderHints } from '../cluster/leader-hints.js';
import type { Topic } from '../cluster/topic.js';
import { ErrorCode, errorName } from '../protocol/errors.js';
import { produceCodec, type ProduceRequest, type ProduceResponseInit } from '../protocol/generated/produce.js';
import type { PartitionProduceData, TopicProduceData } from '../protocol/generated/produce-request.js';
import type { PartitionProduceResponseInit, TopicProduceResponseInit } from '../protocol/generated/produce-response.js';
import { Compression, RecordBatch } from '../log/record-batch.js';
import { CoordinatorGate, type Verification } from '../txn/transaction-verification.js';
import { defineApi, type RequestContext } from './api.js';
import { CloseConnectionError } from './close-connection-error.js';

const NO_OFFSET = -1n;
const ZSTD_SINCE = 7;
/** KIP-951 */
const HINTS_SINCE = 10;

/**
 * Produce, v3-13 (advertised from 0: librdkafka compresses only if it sees 0, KAFKA-18659; 0-2 are not served).
 *
 * - One batch of magic 2 per partition, appended as it is; each partition has its own error, and a message for it (v8+).
 * - acks: 0 gets no answer, and a failure closes the connection; 1 and -1 are the same here, since a record in memory is
 *   as safe as it will get; -1 is refused while fewer replicas are in sync than `min.insync.replicas` says.
 * - Only the leader takes records; any other node is NOT_LEADER_OR_FOLLOWER, and v10+ says who leads (KIP-951).
 * - Idempotent batches are deduplicated, see `ProducerStates`.
 * - Transactional ones need a transactional id, and a partition that was added to the transaction (INVALID_TXN_STATE, or
 *   TRANSACTION_ABORTABLE in v11); v12+ adds it (KIP-890). One without an id refuses all partitions of the request.
 * - v13 names topics by id; an unknown one is UNKNOWN_TOPIC_ID. Topics are created by Metadata, never here.
 */
export const produce = defineApi(produceCodec, {
  advertisedMinVersion: 0,
  keepsNothing: true,
  handle(request, context) {
    const topics = request.topicData.filter(topic => topic.partitionData.length > 0);
    const produceTo = lacksTransactionalId(request) ? refuseTopic : produceTopic;
    const hints = new LeaderHints(context.broker.cluster, context.version >= HINTS_SINCE);
    const responses = topics.map(topic => produceTo(request, topic, context, hints));
    if (request.acks !== 0) return { responses, nodeEndpoints: hints.endpoints };
    throwOnFailure(responses);
    return null;
  },
});

function produceTopic(
  request: ProduceRequest,
  data: TopicProduceData,
  context: RequestContext,
  hints: LeaderHints,
): TopicProduceResponseInit {
  const { cluster } = context.broker;
  const byId = context.version >= 13;
  const topic = byId ? cluster.topicById(data.topicId) : cluster.topic(data.name);
  const unknown = byId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
  return {
    name: data.name,
    topicId: data.topicId,
    partitionResponses: data.partitionData.map(partition =>
      topic ? producePartition(request, topic, partition, context, hints) : failure(partition.index, unknown),
    ),
  };
}

function producePartition(
  { acks, transactionalId }: ProduceRequest,
  topic: Topic,
  { index, records }: PartitionProduceData,
  { version, broker, node }: RequestContext,
  hints: LeaderHints,
): PartitionProduceResponseInit {
  const partition = topic.partitions[index];
  if (!partition) return failure(index, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  if (acks !== -1 && acks !== 0 && acks !== 1) {
    return failure(index, ErrorCode.INVALID_REQUIRED_ACKS, `acks must be -1, 0 or 1, got ${acks}`);
  }
  const leaderError = checkLeader(partition, node.id);
  if (leaderError !== ErrorCode.NONE) {
    return { ...failure(index, leaderError), currentLeader: hints.hintFor(leaderError, partition) };
  }
  if (acks === -1 && partition.isUnderMinIsr) {
    return failure(
      index,
      ErrorCode.NOT_ENOUGH_REPLICAS,
      `${partition.isr.length} replica(s) of ${topic.name}-${index} are in sync, min.insync.replicas is ${topic.configs.minInsyncReplicas}`,
    );
  }
  if (version < ZSTD_SINCE && isZstd(records)) {
    return failure(index, ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, `zstd needs Produce version ${ZSTD_SINCE} or later`);
  }
  if (version < ZSTD_SINCE && hasUnknownCompression(records)) {
    // Older versions are looked at for zstd before the log has a say.
    return failure(index, ErrorCode.UNKNOWN_SERVER_ERROR, 'the compression of the records is not known');
  }
  const gate =
    transactionalId === null
      ? undefined
      : new CoordinatorGate(broker.transactions, transactionalId, [topic.name, index], verificationOf(version));
  const result = partition.append(records, broker.clock.now(), gate);
  if ('errorCode' in result) {
    const { errorCode, reason, isOfLog, recordErrors = [] } = result;
    const logStartOffset = isOfLog ? BigInt(partition.log.startOffset) : NO_OFFSET;
    return {
      ...failure(index, errorCode, reason),
      logStartOffset,
      recordErrors: recordErrors.map(({ batchIndex, message }) => ({ batchIndex, batchIndexErrorMessage: message })),
    };
  }
  return {
    index,
    errorCode: ErrorCode.NONE,
    baseOffset: BigInt(result.baseOffset),
    logAppendTimeMs: BigInt(result.logAppendTime),
    logStartOffset: BigInt(partition.log.startOffset),
  };
}

function verificationOf(version: number): Verification {
  if (version >= 12) return 'adding';
  return version === 11 ? 'abortable' : 'strict';
}

function lacksTransactionalId({ transactionalId, topicData }: ProduceRequest): boolean {
  if (transactionalId !== null) return false;
  return topicData.some(topic => topic.partitionData.some(({ records }) => headOf(records)?.isTransactional === true));
}

function refuseTopic(_: ProduceRequest, { name, topicId, partitionData }: TopicProduceData): TopicProduceResponseInit {
  const errorCode = ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
  const reason = 'the request has a transactional batch, but no transactional id';
  return { name, topicId, partitionResponses: partitionData.map(({ index }) => failure(index, errorCode, reason)) };
}

function isZstd(records: Buffer | null): boolean {
  return headOf(records)?.compression === Compression.zstd;
}

function hasUnknownCompression(records: Buffer | null): boolean {
  return (headOf(records)?.compression ?? Compression.none) > Compression.zstd;
}

/** A batch whose attributes can be read; nothing else of it was checked. */
function headOf(records: Buffer | null): RecordBatch | undefined {
  return records !== null && records.length > 23 ? new RecordBatch(records) : undefined;
}

function failure(index: number, errorCode: number, errorMessage: string | null = null): PartitionProduceResponseInit {
  return { index, errorCode, errorMessage, baseOffset: NO_OFFSET };
}

/** As in Kafka: without an answer, closing the connection is the only way to tell the client that its metadata is stale. */
function throwOnFailure(responses: ProduceResponseInit['responses']): void {
  for (const { name, partitionResponses } of responses) {
    const failed = partitionResponses.find(partition => partition.errorCode !== ErrorCode.NONE);
    if (failed) {
      throw new CloseConnectionError(
        `a produce request with acks=0 to ${name ?? 'a topic'}-${failed.index} failed: ${failed.errorMessage ?? errorName(failed.errorCode)}`,
      );
    }
  }
}
