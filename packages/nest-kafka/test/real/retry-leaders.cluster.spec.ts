import { expect, it } from 'vitest';
import { fetchMetadata, startKafka } from '../../../../scripts/kafka/index.ts';
import { retriesOverLeaders } from '../delivery/retry-leader-rules.js';
import { startGround } from '../ground.js';

it(
  'retries over retry topics whose leader is killed, again and again, on Apache Kafka',
  { timeout: 240_000 },
  async () => {
    const cluster = await startKafka({ nodes: 3, properties: () => ({ 'broker.session.timeout.ms': 4_000 }) });
    const ground = await startGround([...cluster.brokers]);
    let kills = 0;
    try {
      await retriesOverLeaders(ground, 2, async topic => {
        const leader = (await fetchMetadata(cluster.brokers[0] ?? '', [topic])).leaders.get(topic)?.[0];
        const node = cluster.nodes.find(({ id }) => id === leader);
        expect(node).toBeDefined();
        await node?.kill();
        kills++;
        await node?.start();
      });
      expect(kills).toBe(2);
    } finally {
      await ground.stop();
      await cluster.stop();
    }
  },
);
