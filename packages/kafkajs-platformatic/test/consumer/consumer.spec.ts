import { EmbeddedKafka } from 'embedded-kafka';
import { afterAll } from 'vitest';
import { describeConsumerRules } from './rules.js';

let kafka: EmbeddedKafka | undefined;
afterAll(() => kafka?.stop());

describeConsumerRules(
  'the embedded broker',
  async () => {
    kafka = await EmbeddedKafka.start();
    return kafka.brokers;
  },
  { session: 1_000, blockade: 1_500 },
);
