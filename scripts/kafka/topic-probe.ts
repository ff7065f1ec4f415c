import { setTimeout as sleep } from 'node:timers/promises';
import { fetchMetadata } from './metadata-probe.ts';

export interface ExpectedTopic {
  readonly topic: string;
  readonly numPartitions: number;
}

const DEADLINE = 15_000;

/**
 * Resolves when every broker knows a leader for each partition. A broker answers CreateTopics before the others have heard
 * of the topic, and a client that asks one of those gets UNKNOWN_TOPIC_OR_PARTITION.
 */
export async function untilTopicsKnown(brokers: readonly string[], topics: readonly ExpectedTopic[]): Promise<void> {
  await Promise.all(brokers.map(broker => untilKnown(broker, topics)));
}

async function untilKnown(broker: string, topics: readonly ExpectedTopic[]): Promise<void> {
  const names = topics.map(({ topic }) => topic);
  const deadline = performance.now() + DEADLINE;
  while (performance.now() < deadline) {
    const { leaders } = await fetchMetadata(broker, names);
    const isKnown = topics.every(({ topic, numPartitions }) => {
      const led = leaders.get(topic) ?? [];
      return led.filter(leader => leader >= 0).length === numPartitions;
    });
    if (isKnown) return;
    await sleep(20);
  }
  throw new Error(`${broker} did not know of leaders for ${names.join(', ')} within ${DEADLINE} ms`);
}
