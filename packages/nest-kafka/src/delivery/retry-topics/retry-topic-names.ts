/** Kafka's limit for the name of a topic. */
const MAX_LENGTH = 249;

/**
 * The retry topics of a handler: `<topic>.<group>.retry.<n>`, from 1. With the group, because several groups may read the topic,
 * and each retries for itself. (Spring's are `<topic>-retry-<n>`, from 0, and leave the group to a suffix of yours.)
 *
 * @throws RangeError if a name would be longer than Kafka takes.
 */
export function retryTopicNames(topic: string, groupId: string, count: number): string[] {
  const group = groupId.replace(/[^\w.-]/g, '_');
  return Array.from({ length: count }, (_, index) => {
    const name = `${topic}.${group}.retry.${index + 1}`;
    if (name.length > MAX_LENGTH) {
      throw new RangeError(
        `the retry topic "${name}" would have more than the ${MAX_LENGTH} characters that Kafka takes`,
      );
    }
    return name;
  });
}

/** The group that reads the retry topics of a server. */
export function retryGroupOf(groupId: string): string {
  return `${groupId}.retry`;
}
