import { EmbeddedKafka } from 'embedded-kafka';
import { afterAll } from 'vitest';
import { describeReaderRules } from './reader-rules.js';

let kafka: EmbeddedKafka | undefined;
afterAll(() => kafka?.stop());

describeReaderRules('the embedded broker', async () => {
  kafka = await EmbeddedKafka.start();
  return kafka.brokers;
});
