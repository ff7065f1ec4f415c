import { after } from 'node:test';
import { connectTestKafka, type TestKafka } from './test-kafka.js';

export type { TestKafka };

/**
 * The broker of this run, as this test file sees it; what it has made is deleted when the file has ended. To be called outside of
 * tests.
 * @throws EmbeddedKafkaError NO_SHARED_BROKER without `--test-global-setup` of `embedded-kafka/node-test/setup`
 */
export function testKafka(): TestKafka {
  const kafka = connectTestKafka(process.argv[1] ?? '', 'embedded-kafka/node-test/setup');
  after(() => kafka.cleanUp());
  return kafka;
}
