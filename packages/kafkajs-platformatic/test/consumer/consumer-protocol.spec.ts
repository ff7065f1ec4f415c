import { EmbeddedKafka } from 'embedded-kafka';
import { afterAll } from 'vitest';
import { describeConsumerProtocolRules } from './rules.js';

let kafka: EmbeddedKafka | undefined;
afterAll(() => kafka?.stop());

describeConsumerProtocolRules(
  'the embedded broker',
  async () => {
    kafka = await EmbeddedKafka.start({ groupConsumerHeartbeatIntervalMs: 300 });
    return kafka.brokers;
  },
  120,
);
