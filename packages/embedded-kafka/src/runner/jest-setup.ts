import type { EmbeddedKafkaOptions } from '../options/embedded-kafka-options.js';
import { startSharedBroker, stopSharedBroker } from './shared-broker.js';

/**
 * One broker for the run. Jest wants a default export: `export default kafkaSetup({ … })` makes a `globalSetup` of a file.
 * Tests find it by `testKafka()`, or in EMBEDDED_KAFKA_BROKERS. https://jestjs.io/docs/configuration#globalsetup-string
 */
export function kafkaSetup(options: EmbeddedKafkaOptions = {}): () => Promise<void> {
  return async () => {
    await startSharedBroker(options);
  };
}

/** `export default kafkaTeardown()` makes a `globalTeardown` of a file; it runs in the process of the setup. */
export function kafkaTeardown(): () => Promise<void> {
  return stopSharedBroker;
}
