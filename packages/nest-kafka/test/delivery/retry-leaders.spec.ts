import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedKafka } from 'embedded-kafka';
import { expect, it } from 'vitest';
import { startGround } from '../ground.js';
import { retriesOverLeaders } from './retry-leader-rules.js';

it('retries over retry topics whose leader moves, again and again, on the embedded broker', async () => {
  const kafka = await EmbeddedKafka.start({ brokers: 3 });
  const ground = await startGround([...kafka.brokers]);
  const leaders = new Set<number>();
  try {
    await retriesOverLeaders(ground, 4, async topic => {
      const leader = kafka.leaderOf(topic, 0) ?? 0;
      leaders.add(leader);
      await kafka.moveLeader(topic, 0, (leader % 3) + 1);
      await sleep(200);
    });
    expect(leaders.size).toBeGreaterThan(1);
  } finally {
    await ground.stop();
    await kafka.stop();
  }
});
