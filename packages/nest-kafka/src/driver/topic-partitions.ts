import type { KafkaAdmin } from './kafka-driver.js';

/**
 * The partitions of a topic; none if it does not exist. For an admin client that does not retry by itself: to it a topic that
 * does not exist yet looks like a passing fault.
 */
export async function partitionsOf(admin: KafkaAdmin, topic: string): Promise<number[]> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics.find(({ name }) => name === topic)?.partitions.map(({ partitionId }) => partitionId) ?? [];
  } catch (error) {
    if (isUnknownTopic(error)) {
      return [];
    }
    throw error;
  }
}

/** KafkaJS keeps the name of a protocol error in `type`, and wraps it when its retries are used up. */
function isUnknownTopic(error: unknown): boolean {
  const { type, cause } = (error ?? {}) as { type?: unknown; cause?: unknown };
  return type === 'UNKNOWN_TOPIC_OR_PARTITION' || (cause !== undefined && isUnknownTopic(cause));
}
