import { EmbeddedKafka } from '../../src/index.js';
import { describeQuotas } from './behaviours.js';

describeQuotas('the embedded broker', async () => {
  const kafka = await EmbeddedKafka.start();
  return { address: kafka.brokers[0] ?? '', stop: () => kafka.stop() };
});
