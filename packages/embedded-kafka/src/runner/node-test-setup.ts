import type { EmbeddedKafkaOptions } from '../options/embedded-kafka-options.js';
import { startSharedBroker, stopSharedBroker } from './shared-broker.js';

/** A module of `node --test --test-global-setup`: https://nodejs.org/api/test.html#global-setup-and-teardown */
export interface NodeTestSetup {
  globalSetup(): Promise<void>;
  globalTeardown(): Promise<void>;
}

/**
 * One broker for the run, with options; `export const { globalSetup, globalTeardown } = kafkaSetup({ … })` makes a global setup of a file.
 * Tests find it by `testKafka()`, or in EMBEDDED_KAFKA_BROKERS.
 */
export function kafkaSetup(options: EmbeddedKafkaOptions = {}): NodeTestSetup {
  return {
    globalSetup: async () => {
      await startSharedBroker(options);
    },
    globalTeardown: stopSharedBroker,
  };
}

/** With no options: `--test-global-setup` takes the path of this file. */
export const { globalSetup, globalTeardown } = kafkaSetup();
