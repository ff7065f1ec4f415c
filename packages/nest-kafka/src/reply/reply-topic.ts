import { messageOf } from '../errors/message-of.js';
import type { KafkaAdmin } from '../driver/kafka-driver.js';
import { NoReplyPartitionError } from '../errors/no-reply-partition.error.js';

/** The partitions of a reply topic, which is created with the broker's defaults if it does not exist. */
export async function partitionsOfReplyTopic(admin: KafkaAdmin, replyTopic: string): Promise<number[]> {
  const existing = await lookUp(admin, replyTopic);
  if (existing.length > 0) {
    return existing;
  }
  let reason = 'it was created, but the broker does not list its partitions yet. Try again.';
  try {
    // `false` means that another client was faster, which is as good.
    await admin.createTopics({ topics: [{ topic: replyTopic }], waitForLeaders: true });
  } catch (error) {
    reason = `it does not exist and could not be created (${messageOf(error)}). Create it, or allow this client to.`;
  }
  const created = await lookUp(admin, replyTopic);
  if (created.length === 0) {
    throw new NoReplyPartitionError(replyTopic, `The topic has no partitions: ${reason}`);
  }
  return created;
}

/** A topic that does not exist is an error of the protocol, with a name that KafkaJS keeps in `type`. */
async function lookUp(admin: KafkaAdmin, topic: string): Promise<number[]> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics.find(({ name }) => name === topic)?.partitions.map(({ partitionId }) => partitionId) ?? [];
  } catch (error) {
    if ((error as { type?: unknown }).type === 'UNKNOWN_TOPIC_OR_PARTITION') {
      return [];
    }
    throw error;
  }
}
