import { afterAll, expect } from 'vitest';
import { connectTestKafka, type TestKafka } from './test-kafka.js';
import type { SharedBroker } from './shared-broker.js';

export type { SharedBroker, TestKafka };

declare module 'vitest' {
  interface ProvidedContext {
    embeddedKafka: SharedBroker;
  }
}

/**
 * The broker of this run, as this test file sees it; what it has made is deleted when the file has ended. To be called outside of
 * tests.
 * @throws EmbeddedKafkaError NO_SHARED_BROKER without `globalSetup: 'embedded-kafka/vitest/setup'`
 */
export function testKafka(): TestKafka {
  const kafka = connectTestKafka(expect.getState().testPath ?? '', 'embedded-kafka/vitest/setup');
  afterAll(() => kafka.cleanUp());
  return kafka;
}
