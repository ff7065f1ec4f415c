import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaAdmin } from '../driver/kafka-driver.js';
import { isPermanentFailure } from '../driver/permanent-failure.js';
import { partitionsOf } from '../driver/topic-partitions.js';
import { messageOf } from '../errors/message-of.js';
import { NoReplyPartitionError } from '../errors/no-reply-partition.error.js';

/** How long a reply topic may take to be there, in milliseconds, and how often to look. */
const PATIENCE = 10_000;
const INTERVAL = 100;

/**
 * The partitions of a reply topic, which is created with the broker's defaults if it does not exist. The admin client is
 * one that does not retry by itself: to it a topic that does not exist yet looks like a passing fault.
 *
 * @throws NoReplyPartitionError when there are none in the end.
 */
export async function partitionsOfReplyTopic(admin: KafkaAdmin, replyTopic: string): Promise<number[]> {
  const deadline = performance.now() + PATIENCE;
  let created = false;
  for (;;) {
    let reason = 'The topic was created, but the broker does not list its partitions yet. Try again.';
    try {
      const partitions = await partitionsOf(admin, replyTopic);
      if (partitions.length > 0) {
        return partitions;
      }
      if (!created) {
        // `false` means that another client was faster, which is as good.
        await admin.createTopics({ topics: [{ topic: replyTopic }], waitForLeaders: false });
        created = true;
        continue;
      }
    } catch (error) {
      reason = `The topic could not be looked up or created: ${messageOf(error)}. Create it, or allow this client to.`;
      if (isPermanentFailure(error)) {
        throw new NoReplyPartitionError(replyTopic, reason);
      }
    }
    if (performance.now() > deadline) {
      // What has not come true by now may do so later, when a broker has come back.
      throw new NoReplyPartitionError(replyTopic, reason, true);
    }
    await sleep(INTERVAL);
  }
}
