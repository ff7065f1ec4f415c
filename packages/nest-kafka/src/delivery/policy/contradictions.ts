import type { DeliveryPolicy } from './delivery-policy.js';
import { MAX_RETRY_TOPICS, resolvedDelays, retryTopicCount } from './retry-topic-count.js';

/** What of a policy cannot hold together, and why: a sentence each. */
export function* contradictions(policy: DeliveryPolicy): Generator<string> {
  const { ack = 'handler', order = 'partition', concurrency, deadLetter, batch, transaction } = policy;
  const retry = typeof policy.retry === 'number' ? { attempts: policy.retry } : policy.retry;
  const inTopics = retry?.in === 'topics';
  if (order === 'partition' && concurrency !== undefined && concurrency > 1) {
    yield `"concurrency" of ${concurrency} needs "order" of 'key' or 'none': with 'partition' each message waits for the one before it`;
  }
  const givesUp = Number.isFinite(retry?.attempts ?? Number.POSITIVE_INFINITY);
  if (deadLetter === undefined && (givesUp || retry?.retriable !== undefined || (retry?.fatal?.length ?? 0) > 0)) {
    yield '"retry" gives messages up, so "deadLetter" must say where they go: a topic, or false to have them logged and skipped';
  }
  if (inTopics && policy.order === 'partition') {
    yield `"retry.in" of 'topics' gives up the order that "order" of 'partition' promises: messages behind a failed one overtake it`;
  }
  if (inTopics && policy.order === 'key') {
    yield `"retry.in" of 'topics' gives up the order that "order" of 'key' promises; retry in 'place' holds back only the failed key`;
  }
  if (inTopics && !givesUp) {
    yield `"retry.in" of 'topics' needs a finite "retry.attempts": each attempt has a topic`;
  }
  if (inTopics && ack === 'manual') {
    yield `"ack" of 'manual' cannot hold with "retry.in" of 'topics': what waits in a retry topic is acknowledged where it came from`;
  }
  if (inTopics && givesUp) {
    const topics = retryTopicCount(resolvedDelays(retry));
    if (topics > MAX_RETRY_TOPICS) {
      yield `"retry.in" of 'topics' would need ${topics} topics, one for each delay; raise "retry.factor" or lower "retry.maxDelay", so that there are no more than ${MAX_RETRY_TOPICS}`;
    }
  }
  if (ack === 'receipt') {
    for (const name of ['retry', 'deadLetter', 'transaction'] as const) {
      if (policy[name] !== undefined && policy[name] !== false) {
        yield `"${name}" cannot hold with "ack" of 'receipt': the message is done before its handler fails`;
      }
    }
  }
  if (ack === 'manual' && transaction !== undefined && transaction !== false) {
    yield `"transaction" cannot hold with "ack" of 'manual': the offset is a part of the transaction, which ends with the handler`;
  }
  if (transaction !== undefined && transaction !== false && inTopics) {
    yield `"transaction" cannot hold with "retry.in" of 'topics'; an aborted transaction is tried again in 'place'`;
  }
  if (transaction !== undefined && transaction !== false && order !== 'partition') {
    yield `"transaction" needs "order" of 'partition': one transaction at a time carries the offsets of a partition`;
  }
  if (batch !== undefined && batch !== false && order !== 'partition') {
    yield `"batch" needs "order" of 'partition': a batch is a run of messages of one partition`;
  }
  if (batch !== undefined && batch !== false && inTopics) {
    yield `"batch" cannot hold with "retry.in" of 'topics': what comes back from a retry topic comes alone`;
  }
}
