import type { EmbeddedKafkaOptions } from '../options/embedded-kafka-options.js';
import { startSharedBroker, stopSharedBroker, type SharedBroker } from './shared-broker.js';

/** What Vitest gives to a global setup, as far as it is used. */
export interface SetupProject {
  provide(key: 'embeddedKafka', value: SharedBroker): void;
}

/** A module of Vitest's `globalSetup`: https://vitest.dev/config/globalsetup */
export interface VitestSetup {
  setup(project: SetupProject): Promise<void>;
  teardown(): Promise<void>;
}

/**
 * One broker for the run, with options; `export const { setup, teardown } = kafkaSetup({ … })` makes a global setup of a file. Tests find
 * it by `testKafka()`, by `inject('embeddedKafka')`, or in EMBEDDED_KAFKA_BROKERS.
 */
export function kafkaSetup(options: EmbeddedKafkaOptions = {}): VitestSetup {
  return {
    setup: async project => project.provide('embeddedKafka', await startSharedBroker(options)),
    teardown: stopSharedBroker,
  };
}

/** With no options: `globalSetup: 'embedded-kafka/vitest/setup'`. */
export const { setup, teardown } = kafkaSetup();
