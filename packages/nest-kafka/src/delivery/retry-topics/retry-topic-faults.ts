import type { DeliveryPolicy } from '../policy/delivery-policy.js';
import { resolvedDelays, retryTopicCount } from '../policy/retry-topic-count.js';
import { MAX_TOPIC_LENGTH, retryTopicNames } from './retry-topic-names.js';

/** Why a handler cannot have retry topics, whatever else its policy says: a sentence each. */
export function* retryTopicFaults(pattern: unknown, { retry }: DeliveryPolicy, groupId: string): Generator<string> {
  if (typeof retry !== 'object' || retry.in !== 'topics') {
    return;
  }
  if (pattern instanceof RegExp) {
    yield `"retry.in" of 'topics' cannot hold for a regular expression: retry topics are made at the start, and which topics will match is not known then`;
    return;
  }
  const count = retryTopicCount(resolvedDelays(retry));
  const last = Number.isFinite(count) ? retryTopicNames(String(pattern), groupId, count).at(-1) : undefined;
  if (last !== undefined && last.length > MAX_TOPIC_LENGTH) {
    yield `"retry.in" of 'topics' would make the topic "${last}", which has more than the ${MAX_TOPIC_LENGTH} characters that Kafka takes; give the group "${groupId}" a shorter name`;
  }
}
