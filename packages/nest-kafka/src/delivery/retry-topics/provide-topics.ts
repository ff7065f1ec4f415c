import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaAdmin } from '../../driver/kafka-driver.js';
import { partitionsOf } from '../../driver/topic-partitions.js';
import { messageOf } from '../../errors/message-of.js';

/** How long a topic may take to be there, in milliseconds, and how often to look. */
const PATIENCE = 10_000;
const INTERVAL = 100;

/**
 * Makes the topics that are missing, with as many partitions as `like` has (the broker's default, if that does not exist yet).
 *
 * @returns how many partitions each has
 * @throws Error that names the topic which could not be looked up or made, and what to do.
 */
export async function provideTopics(
  admin: KafkaAdmin,
  names: readonly string[],
  like: string,
): Promise<Map<string, number>> {
  const deadline = performance.now() + PATIENCE;
  const counts = new Map<string, number>();
  const created = new Set<string>();
  let reason = 'the broker does not list it yet';
  while (counts.size < names.length) {
    for (const topic of names) {
      if (counts.has(topic)) {
        continue;
      }
      try {
        const { length } = await partitionsOf(admin, topic);
        if (length > 0) {
          counts.set(topic, length);
        } else if (!created.has(topic)) {
          const numPartitions = (await partitionsOf(admin, like)).length;
          // `false` means that another process was faster, which is as good.
          const request = numPartitions === 0 ? { topic } : { topic, numPartitions };
          await admin.createTopics({ topics: [request], waitForLeaders: false });
          created.add(topic);
        }
      } catch (error) {
        reason = messageOf(error);
      }
      if (!counts.has(topic) && performance.now() > deadline) {
        throw new Error(
          `The topic "${topic}", which "retry.in" of 'topics' needs, could not be looked up or created: ${reason}. ` +
            `Create it with as many partitions as "${like}" has, or allow this client to.`,
        );
      }
    }
    if (counts.size < names.length) {
      await sleep(INTERVAL);
    }
  }
  return counts;
}
