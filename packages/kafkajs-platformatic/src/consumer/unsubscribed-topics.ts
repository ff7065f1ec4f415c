import type { Assignment } from '../assigners/index.js';
import type { Logger } from '../logger/logger.js';
import type { ConsumerEmitter } from './consumer-emitter.js';
import type { GroupJoin } from './membership.js';

export interface UnsubscribedTopicsContext {
  readonly options: { readonly groupId: string };
  readonly emitter: ConsumerEmitter;
  readonly logger: Logger;
}

/** KafkaJS's way with a leader of another kind that hands out what this member never asked for: tell, and leave it out. */
export function subscribedOnly(
  assignment: Assignment,
  { memberId, generationId, topics }: GroupJoin,
  { options, emitter, logger }: UnsubscribedTopicsContext,
): Assignment {
  const topicsNotSubscribed = Object.keys(assignment).filter(topic => !topics.includes(topic));
  if (topicsNotSubscribed.length > 0) {
    const payload = {
      groupId: options.groupId,
      generationId,
      memberId,
      assignedTopics: Object.keys(assignment),
      topicsSubscribed: [...topics],
      topicsNotSubscribed,
    };
    emitter.emit('consumer.received_unsubscribed_topics', payload);
    logger.warn('Consumer group received unsubscribed topics', payload);
  }
  return Object.fromEntries(Object.entries(assignment).filter(([topic]) => topics.includes(topic)));
}
