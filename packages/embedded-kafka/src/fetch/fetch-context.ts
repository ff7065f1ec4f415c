import { ErrorCode } from '../protocol/errors.js';
import type { FetchRequest, FetchResponseInit } from '../protocol/generated/fetch.js';
import type { FetchableTopicResponseInit, PartitionDataInit } from '../protocol/generated/fetch-response.js';
import type { FetchSessionCache } from './fetch-session-cache.js';
import type { FetchedPartition, FetchTarget } from './fetch-target.js';

/** Session epochs of requests that name all of their partitions: with the wish for a session, and without. */
const INITIAL_EPOCH = 0;
const FINAL_EPOCH = -1;
const NO_SESSION = 0;
const TOPIC_IDS_SINCE = 13;

/** What a fetch is about, and how it is answered. */
export interface FetchContext {
  readonly targets: readonly FetchTarget[];
  /** To be called once, with what was found of each target. */
  answer(fetched: readonly FetchedPartition[]): FetchResponseInit;
  /** As `answer`, but nothing of it counts as told. */
  preview(fetched: readonly FetchedPartition[]): FetchResponseInit;
  /** Instead of `answer`, where the client has to wait: nothing is told, and no session begins. */
  withhold(): FetchResponseInit;
}

/**
 * Finds out what a request asks for (KIP-227): all that it names, or what its session has. A request with epoch 0 or -1
 * ends the session that it names; 0 also begins one.
 * @returns an error code if there is no such session, or its epoch is another one
 */
export function openFetchContext(
  request: FetchRequest,
  version: number,
  cache: FetchSessionCache,
  now: number,
): FetchContext | number {
  const { sessionId, sessionEpoch } = request;
  if (sessionEpoch === FINAL_EPOCH || sessionEpoch === INITIAL_EPOCH) {
    cache.remove(sessionId);
    return sessionEpoch === FINAL_EPOCH ? sessionless(request) : beginning(request, version, cache, now);
  }
  const session = cache.get(sessionId);
  if (session === undefined) return ErrorCode.FETCH_SESSION_ID_NOT_FOUND;
  if (session.epoch !== sessionEpoch) return ErrorCode.INVALID_FETCH_SESSION_EPOCH;
  if (session.usesTopicIds !== version >= TOPIC_IDS_SINCE) return ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR;
  const isKept = cache.change(session, now, () => session.update(request.topics, request.forgottenTopicsData));
  if (!isKept) return sessionless(request);
  session.nextEpoch();
  const { epoch } = session;
  // The session went on while this request was parked.
  const hasGoneOn = (): boolean => session.epoch !== epoch;
  const outdated = { errorCode: ErrorCode.INVALID_FETCH_SESSION_EPOCH, sessionId, responses: [] };
  return {
    targets: session.targets(),
    answer: fetched => (hasGoneOn() ? outdated : { sessionId, responses: byTopic(session.news(fetched)) }),
    preview: fetched => ({ sessionId, responses: byTopic(session.preview(fetched)) }),
    withhold: () => (hasGoneOn() ? outdated : { sessionId, responses: [] }),
  };
}

const tellAll = (fetched: readonly FetchedPartition[]): FetchResponseInit => ({ responses: byTopic(fetched) });

function sessionless(request: FetchRequest): FetchContext {
  return { targets: targetsOf(request), answer: tellAll, preview: tellAll, withhold: () => ({ responses: [] }) };
}

function beginning(request: FetchRequest, version: number, cache: FetchSessionCache, now: number): FetchContext {
  const targets = targetsOf(request);
  return {
    targets,
    answer(fetched) {
      const responses = byTopic(fetched);
      const session = cache.create(targets.length, version >= TOPIC_IDS_SINCE, now);
      if (session === undefined) return { sessionId: NO_SESSION, responses };
      cache.change(session, now, () => session.update(request.topics, []));
      session.tell(fetched);
      return { sessionId: session.id, responses };
    },
    preview: tellAll,
    withhold: () => ({ responses: [] }),
  };
}

function targetsOf({ topics }: FetchRequest): FetchTarget[] {
  return topics.flatMap(({ topic, topicId, partitions }) => partitions.map(wanted => ({ topic, topicId, wanted })));
}

/** Neighbours of the same topic are answered together. */
function byTopic(fetched: readonly FetchedPartition[]): FetchableTopicResponseInit[] {
  const responses: { topic: string; topicId: string; partitions: PartitionDataInit[] }[] = [];
  for (const { target, data } of fetched) {
    const { topic, topicId } = target;
    const last = responses.at(-1);
    if (last?.topic === topic && last.topicId === topicId) last.partitions.push(data);
    else responses.push({ topic, topicId, partitions: [data] });
  }
  return responses;
}
