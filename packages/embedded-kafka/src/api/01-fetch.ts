import { checkLeaderEpoch } from '../cluster/leader-epoch.js';
import type { Partition } from '../cluster/partition.js';
import { DelayedFetch } from '../delayed-fetch.js';
import type { AbortedTransaction } from '../log/transaction-index.js';
import { NO_BYTES } from '../protocol/defaults.js';
import { ErrorCode } from '../protocol/errors.js';
import { fetchCodec, type FetchRequest, type FetchResponseInit } from '../protocol/generated/fetch.js';
import type { FetchPartition } from '../protocol/generated/fetch-request.js';
import type { PartitionDataInit } from '../protocol/generated/fetch-response.js';
import { defineApi, type RequestContext } from './api.js';

/** `fetch.max.bytes` of the broker: what one answer holds at most, whatever the client would take. */
const MAX_ANSWER_BYTES = 57_671_680;
const READ_UNCOMMITTED = 0;
const READ_COMMITTED = 1;
/** Epochs of a full request, with and without the wish for a session. Any other one belongs to a session. */
const INITIAL_EPOCH = 0;
const FINAL_EPOCH = -1;

interface FetchOutcome {
  readonly response: FetchResponseInit;
  readonly bytes: number;
  readonly hasError: boolean;
  /** The partitions that are waited for. */
  readonly partitions: readonly Partition[];
}

/**
 * Fetch, v4-18.
 *
 * - Batches are served as they are stored, whole ones only; the first one found even above the limits (KIP-74).
 * - With fewer than `minBytes` the request is parked until they have come or `maxWaitMs` is over. An error answers at once.
 * - v13+ names topics by id; an unknown one is UNKNOWN_TOPIC_ID.
 * - v7+: sessions (KIP-227) are never granted: session id 0 makes clients send full requests.
 * - read_committed sees nothing from the first open transaction on, and is told of the aborted ones in what it got: it
 *   skips their records itself. Kafka may name more of them than it has to, ours names those.
 */
export const fetch = defineApi(fetchCodec, {
  handle(request, context) {
    if (request.sessionEpoch !== INITIAL_EPOCH && request.sessionEpoch !== FINAL_EPOCH) {
      return { errorCode: ErrorCode.FETCH_SESSION_ID_NOT_FOUND, responses: [] };
    }
    const { isolationLevel } = request;
    if (isolationLevel !== READ_UNCOMMITTED && isolationLevel !== READ_COMMITTED) return refuse(request);
    const outcome = read(request, context, false);
    const missing = request.minBytes - outcome.bytes;
    if (missing <= 0 || outcome.hasError || request.maxWaitMs <= 0) return outcome.response;
    return new DelayedFetch(outcome.partitions, missing, isolationLevel === READ_COMMITTED).wait(
      request.maxWaitMs,
      context.broker.clock,
      context.connection.signal,
      () => read(request, context, true).response,
    );
  },
});

/** Kafka's answer to a request that it cannot make sense of. */
function refuse({ topics }: FetchRequest): FetchResponseInit {
  const errorCode = ErrorCode.UNKNOWN_SERVER_ERROR;
  return {
    errorCode,
    responses: topics.map(({ topic, topicId, partitions }) => ({
      topic,
      topicId,
      partitions: partitions.map(partition => failure(partition, errorCode, [])),
    })),
  };
}

/** `hasWaited`: what is unknown now was known when the fetch was parked. */
function read(request: FetchRequest, context: RequestContext, hasWaited: boolean): FetchOutcome {
  const byId = context.version >= 13;
  const { cluster } = context.broker;
  const partitions: Partition[] = [];
  let budget = Math.min(request.maxBytes, MAX_ANSWER_BYTES);
  let bytes = 0;
  let hasError = false;
  const topics = request.topics.filter(topic => topic.partitions.length > 0);
  const responses = topics.map(wanted => {
    const topic = byId ? cluster.topicById(wanted.topicId) : cluster.topic(wanted.topic);
    return {
      topic: wanted.topic,
      topicId: wanted.topicId,
      partitions: wanted.partitions.map((each): PartitionDataInit => {
        const partition = topic?.partitions[each.partition];
        if (!partition) {
          hasError = true;
          if (hasWaited) return failure(each, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, null);
          const errorCode = byId && !topic ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
          return failure(each, errorCode, []);
        }
        const errorCode = refusal(partition, each);
        if (errorCode !== ErrorCode.NONE) {
          hasError = true;
          return failure(each, errorCode, null);
        }
        partitions.push(partition);
        const limit = Math.min(each.partitionMaxBytes, budget);
        const offset = Number(each.fetchOffset);
        const isCommitted = request.isolationLevel === READ_COMMITTED;
        const { endOffset, lastStableOffset } = partition.log;
        const records = partition.log.read(offset, limit, bytes === 0, isCommitted ? lastStableOffset : endOffset);
        const size = records.reduce((sum, slice) => sum + slice.length, 0);
        bytes += size;
        budget -= size;
        return success(partition, records, isCommitted ? partition.log.abortedTransactionsIn(offset, records) : null);
      }),
    };
  });
  return { response: { responses }, bytes, hasError, partitions };
}

function refusal(partition: Partition, { currentLeaderEpoch, fetchOffset }: FetchPartition): number {
  const epochError = checkLeaderEpoch(partition, currentLeaderEpoch);
  if (epochError !== ErrorCode.NONE) return epochError;
  const { startOffset, endOffset } = partition.log;
  return fetchOffset < startOffset || fetchOffset > endOffset ? ErrorCode.OFFSET_OUT_OF_RANGE : ErrorCode.NONE;
}

function success(
  { index, log }: Partition,
  records: Buffer[],
  aborted: readonly AbortedTransaction[] | null,
): PartitionDataInit {
  return {
    partitionIndex: index,
    errorCode: ErrorCode.NONE,
    highWatermark: BigInt(log.endOffset),
    lastStableOffset: BigInt(log.lastStableOffset),
    logStartOffset: BigInt(log.startOffset),
    abortedTransactions:
      aborted?.map(({ producerId, firstOffset }) => ({
        producerId: BigInt(producerId),
        firstOffset: BigInt(firstOffset),
      })) ?? null,
    records,
  };
}

/** Kafka says "none" of what it does not know, and null of what it knows. */
function failure({ partition }: FetchPartition, errorCode: number, abortedTransactions: [] | null): PartitionDataInit {
  return { partitionIndex: partition, errorCode, highWatermark: -1n, abortedTransactions, records: NO_BYTES };
}
