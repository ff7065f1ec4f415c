import { realClock } from '../clock.js';
import { checkLeader, checkReplica } from '../cluster/leader-epoch.js';
import { LeaderHints } from '../cluster/leader-hints.js';
import type { Partition } from '../cluster/partition.js';
import { DelayedFetch } from '../delayed-fetch.js';
import { openFetchContext, type FetchContext } from '../fetch/fetch-context.js';
import type { FetchedPartition, FetchTarget } from '../fetch/fetch-target.js';
import { preferredReplica } from '../fetch/preferred-replica.js';
import type { AbortedTransaction } from '../log/transaction-index.js';
import { NO_BYTES } from '../protocol/defaults.js';
import { ErrorCode } from '../protocol/errors.js';
import { fetchCodec, type FetchRequest, type FetchResponseInit } from '../protocol/generated/fetch.js';
import type { FetchPartition } from '../protocol/generated/fetch-request.js';
import type { PartitionDataInit } from '../protocol/generated/fetch-response.js';
import { Writer } from '../protocol/writer.js';
import { defineApi, type RequestContext } from './api.js';

/** `fetch.max.bytes` of the broker: what one answer holds at most, whatever the client would take. */
const MAX_ANSWER_BYTES = 57_671_680;
const LENGTH_BYTES = 4;
const READ_UNCOMMITTED = 0;
const READ_COMMITTED = 1;
/** KIP-392: from then on consumers say in which rack they are, and any replica serves them. */
const FOLLOWERS_SINCE = 11;
const TOPIC_IDS_SINCE = 13;
/** KIP-951 */
const HINTS_SINCE = 16;

interface FetchOutcome {
  readonly fetched: readonly FetchedPartition[];
  readonly bytes: number;
  /** Whether a partition has something to say that cannot wait: an error, or another place to fetch from. */
  readonly isUrgent: boolean;
  /** The partitions that are waited for. */
  readonly partitions: readonly Partition[];
  readonly hints: LeaderHints;
}

/**
 * Fetch, v4-18.
 *
 * - Batches are served as they are stored, whole ones only; the first one found even above the limits (KIP-74).
 * - With fewer than `minBytes` the request is parked until they have come or `maxWaitMs` is over. An error answers at once.
 * - v13+ names topics by id; an unknown one is UNKNOWN_TOPIC_ID.
 * - v7+: sessions (KIP-227), see `FetchSession`. FETCH_SESSION_ID_NOT_FOUND and INVALID_FETCH_SESSION_EPOCH make clients
 *   begin a new one.
 * - Only the leader serves, from v11 on any replica (KIP-392); any other node is NOT_LEADER_OR_FOLLOWER, and v16+ says who
 *   leads (KIP-951). The leader sends consumers to the replica in their rack if `replicaSelector` says so.
 * - v12+: who fetched last in an epoch that ended before its offset is told where that was (KIP-595).
 * - A client beyond its `consumer_byte_rate` gets an empty answer, and no more in one answer than that allows in ten seconds.
 * - read_committed sees nothing from the first open transaction on, and is told of the aborted ones in what it got: it
 *   skips their records itself. Kafka may name more of them than it has to, ours names those.
 */
export const fetch = defineApi(fetchCodec, {
  handle(request, context) {
    const { isolationLevel } = request;
    const { broker, node, version, connection } = context;
    if (isolationLevel !== READ_UNCOMMITTED && isolationLevel !== READ_COMMITTED) return refuse(request, version);
    const opened = openFetchContext(request, version, broker.fetchSessions.of(node.id), broker.clock.now());
    if (typeof opened === 'number') return { errorCode: opened, responses: [] };
    const { throttles } = broker;
    // More would make the client wait, even if it had fetched nothing for long.
    const maxBytes = Math.min(request.maxBytes, MAX_ANSWER_BYTES, throttles.fetchableBytes(context));
    const startedAt = performance.now();
    const outcome = read(opened, request, context, { maxBytes, hasWaited: false });
    const missing = Math.min(request.minBytes, maxBytes) - outcome.bytes;
    if (missing <= 0 || outcome.isUrgent || request.maxWaitMs <= 0 || opened.targets.length === 0) {
      return answer(opened, outcome, context, startedAt);
    }
    return new DelayedFetch(outcome.partitions, missing, isolationLevel === READ_COMMITTED).wait(
      request.maxWaitMs,
      // The client's own patience, not the broker's time: a clock that stands still must not keep consumers waiting.
      realClock,
      connection.signal,
      () => {
        const wokenAt = performance.now();
        return answer(opened, read(opened, request, context, { maxBytes, hasWaited: true }), context, wokenAt);
      },
    );
  },
});

/** Who has gone beyond a quota gets nothing but the time for which to wait, and may ask again then (KIP-13, KIP-219). */
function answer(
  opened: FetchContext,
  { fetched, hints }: FetchOutcome,
  context: RequestContext,
  startedAt: number,
): FetchResponseInit {
  const { throttles } = context.broker;
  if (throttles.isUsed) {
    const measure = (): number => sizeOf(opened.preview(fetched), context.version);
    const throttleTimeMs = throttles.fetched(measure, performance.now() - startedAt, context);
    if (throttleTimeMs > 0) return { ...opened.withhold(), throttleTimeMs };
  }
  return { ...opened.answer(fetched), nodeEndpoints: hints.endpoints };
}

/** Bytes of an answer with its length. */
function sizeOf(response: FetchResponseInit, version: number): number {
  const writer = new Writer();
  fetchCodec.response.write(writer, response, version);
  return writer.length + LENGTH_BYTES;
}

/** Kafka's answer to a request that it cannot make sense of. */
function refuse({ topics }: FetchRequest, version: number): FetchResponseInit {
  const errorCode = ErrorCode.UNKNOWN_SERVER_ERROR;
  return {
    errorCode,
    // By ids, topics are not told of an error that concerns all of them.
    responses: (version < TOPIC_IDS_SINCE ? topics : []).map(({ topic, topicId, partitions }) => ({
      topic,
      topicId,
      partitions: partitions.map(partition => failure(partition, errorCode, [])),
    })),
  };
}

interface Reading {
  readonly maxBytes: number;
  /** What is unknown now was known when the fetch was parked. */
  readonly hasWaited: boolean;
}

function read(
  opened: FetchContext,
  request: FetchRequest,
  context: RequestContext,
  { maxBytes, hasWaited }: Reading,
): FetchOutcome {
  const { cluster } = context.broker;
  const hints = new LeaderHints(cluster, context.version >= HINTS_SINCE);
  const partitions: Partition[] = [];
  const fetched: FetchedPartition[] = [];
  const isCommitted = request.isolationLevel === READ_COMMITTED;
  let budget = maxBytes;
  let bytes = 0;
  let isUrgent = false;
  const tellAtOnce = (target: FetchTarget, data: PartitionDataInit): void => {
    isUrgent = true;
    fetched.push({ target, data, size: 0 });
  };
  for (const target of opened.targets) {
    const { wanted } = target;
    const partition = partitionOf(target, context, hasWaited);
    if (typeof partition === 'number') {
      tellAtOnce(target, failure(wanted, partition, hasWaited ? null : []));
      continue;
    }
    const errorCode = refusal(partition, wanted, context);
    if (errorCode !== ErrorCode.NONE) {
      const currentLeader = hints.hintFor(errorCode, partition);
      tellAtOnce(target, { ...failure(wanted, errorCode, null), currentLeader });
      continue;
    }
    const preferredReadReplica = preferredReplica(partition, request.rackId, context);
    const divergingEpoch = divergence(partition, wanted);
    if (preferredReadReplica !== undefined || divergingEpoch !== undefined) {
      tellAtOnce(target, { ...success(partition, [], null), preferredReadReplica, divergingEpoch });
      continue;
    }
    if (isOutOfRange(partition, wanted) || isEpochUnknown(partition, wanted)) {
      tellAtOnce(target, failure(wanted, ErrorCode.OFFSET_OUT_OF_RANGE, null));
      continue;
    }
    partitions.push(partition);
    const limit = Math.min(wanted.partitionMaxBytes, budget);
    const offset = Number(wanted.fetchOffset);
    const { highWatermark, lastStableOffset } = partition;
    const records = partition.log.read(offset, limit, bytes === 0, isCommitted ? lastStableOffset : highWatermark);
    const size = records.reduce((sum, slice) => sum + slice.length, 0);
    bytes += size;
    budget -= size;
    const aborted = isCommitted ? partition.log.abortedTransactionsIn(offset, records) : null;
    fetched.push({ target, data: success(partition, records, aborted), size });
  }
  return { fetched, bytes, isUrgent, partitions, hints };
}

/** The partition, or the error code of one that is not there. */
function partitionOf(
  { topic, topicId, wanted }: FetchTarget,
  context: RequestContext,
  hasWaited: boolean,
): Partition | number {
  const { cluster } = context.broker;
  const byId = context.version >= TOPIC_IDS_SINCE;
  const found = byId ? cluster.topicById(topicId) : cluster.topic(topic);
  const partition = found?.partitions[wanted.partition];
  if (partition) return partition;
  return byId && !found && !hasWaited ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
}

function refusal(partition: Partition, wanted: FetchPartition, { version, node }: RequestContext): number {
  const check = version >= FOLLOWERS_SINCE ? checkReplica : checkLeader;
  return check(partition, node.id, wanted.currentLeaderEpoch);
}

function isOutOfRange({ log }: Partition, { fetchOffset }: FetchPartition): boolean {
  return fetchOffset < log.startOffset || fetchOffset > log.endOffset;
}

/** An epoch later than all: whatever the client fetched there, it is not in this log. */
function isEpochUnknown({ log }: Partition, { lastFetchedEpoch }: FetchPartition): boolean {
  return lastFetchedEpoch >= 0 && log.epochs.endOf(lastFetchedEpoch, log) === undefined;
}

/** Where the log that the client has and this one part: it fetched last in an epoch that ends before its offset. */
function divergence(
  { log }: Partition,
  { lastFetchedEpoch, fetchOffset }: FetchPartition,
): PartitionDataInit['divergingEpoch'] {
  if (lastFetchedEpoch < 0) return undefined;
  const end = log.epochs.endOf(lastFetchedEpoch, log);
  if (end === undefined || (end.leaderEpoch === lastFetchedEpoch && fetchOffset <= end.endOffset)) return undefined;
  return { epoch: end.leaderEpoch, endOffset: BigInt(end.endOffset) };
}

function success(
  { index, log, highWatermark, lastStableOffset }: Partition,
  records: Buffer[],
  aborted: readonly AbortedTransaction[] | null,
): PartitionDataInit {
  return {
    partitionIndex: index,
    errorCode: ErrorCode.NONE,
    highWatermark: BigInt(highWatermark),
    lastStableOffset: BigInt(lastStableOffset),
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
