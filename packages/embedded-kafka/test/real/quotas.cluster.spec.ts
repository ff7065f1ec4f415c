import { startKafka } from '../../../../scripts/kafka/index.ts';
import { describeQuotas } from '../quotas/behaviours.js';

describeQuotas('Apache Kafka', async () => {
  const cluster = await startKafka({ nodes: 1 });
  return { address: cluster.brokers[0] ?? '', stop: () => cluster.stop() };
});
