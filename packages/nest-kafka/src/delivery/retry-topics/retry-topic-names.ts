/** Kafka's limit for the name of a topic. */
export const MAX_TOPIC_LENGTH = 249;

/**
 * The `number`th retry topic of a handler, from 1: `<topic>.<group>.retry.<number>`. With the group, because several groups may
 * read the topic, and each retries for itself. (Spring's are `<topic>-retry-<n>`, from 0, and leave the group to a suffix of yours.)
 */
export function retryTopicName(topic: string, groupId: string, number: number): string {
  return `${topic}.${groupId.replace(/[^\w.-]/g, '_')}.retry.${number}`;
}

/** The first `count` retry topics of a handler. */
export function retryTopicNames(topic: string, groupId: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => retryTopicName(topic, groupId, index + 1));
}

/** The group that reads the retry topics of a server. */
export function retryGroupOf(groupId: string): string {
  return `${groupId}.retry`;
}
