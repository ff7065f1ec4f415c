import { expect } from 'vitest';
import type { KafkaContext } from '../../src/server/kafka-context.js';
import type { Ground } from '../ground.js';
import { PolicyBench } from './policy-server.js';
import { retryTopicOf, TopicDesk } from './retry-topic-bench.js';

const PATIENCE = { timeout: 60_000, interval: 100 };

/**
 * Messages fail, wait and come again while the leader of their retry topic goes away, again and again: each is handled in the end.
 *
 * @param disturb has the topic led by another node
 */
export async function retriesOverLeaders(
  ground: Ground,
  rounds: number,
  disturb: (retryTopic: string, round: number) => Promise<void>,
): Promise<void> {
  const bench = await PolicyBench.open(ground);
  const desk = new TopicDesk(ground);
  const ended = new Set<string>();
  try {
    const { server } = await bench.member(
      { retry: { attempts: 3, delay: 300, jitter: 0, factor: 1, in: 'topics' }, deadLetter: false },
      (data: string, context: KafkaContext) => {
        if (context.getAttempt() < 3) throw new Error('away');
        ended.add(data);
      },
      { producer: { retry: { retries: 100, initialRetryTime: 50, maxRetryTime: 500 } } },
    );
    const sent: string[] = [];
    for (let round = 0; round < rounds; round++) {
      const values = Array.from({ length: 20 }, (_, number) => `${round}.${number}`);
      sent.push(...values);
      await bench.send(values);
      // Some are being put aside, some wait, some are handled again.
      await disturb(retryTopicOf(bench), round);
    }
    await expect.poll(() => ended.size, PATIENCE).toBe(sent.length);
    await expect.poll(() => bench.committed(), PATIENCE).toBe(sent.length);
    await expect.poll(() => desk.waiting(retryTopicOf(bench), bench.group), PATIENCE).toBe(0);
    const { healthy, delivery } = await server.health();
    expect([healthy, delivery[bench.topic]?.skipped, delivery[bench.topic]?.undeliverable]).toEqual([true, 0, []]);
  } finally {
    await bench.end();
  }
}
