import { connectTestKafka, type TestKafka } from './test-kafka.js';

export type { TestKafka };

/** Jest's globals, as far as they are used. */
interface JestGlobals {
  readonly afterAll?: (hook: () => Promise<void>) => void;
  readonly expect?: { getState(): { readonly testPath?: string } };
}

/**
 * The broker of this run, as this test file sees it; what it has made is deleted when the file has ended. To be called outside of
 * tests.
 * @throws EmbeddedKafkaError NO_SHARED_BROKER without a global setup of `embedded-kafka/jest/setup`
 */
export function testKafka(): TestKafka {
  const { afterAll, expect } = globalThis as JestGlobals;
  const kafka = connectTestKafka(expect?.getState().testPath ?? '', 'embedded-kafka/jest/setup');
  afterAll?.(() => kafka.cleanUp());
  return kafka;
}
