import { EmbeddedKafka } from '../embedded-kafka.js';
import type { EmbeddedKafkaOptions } from '../options/embedded-kafka-options.js';

/** Where the broker of a run is: the environment of a runner's test processes. */
export const BROKERS_VARIABLE = 'EMBEDDED_KAFKA_BROKERS';
export const CONTROL_VARIABLE = 'EMBEDDED_KAFKA_CONTROL';

/** The broker of a run, as it is told to its tests. */
export interface SharedBroker {
  /** Addresses for a client. */
  readonly brokers: readonly string[];
  /** Of the control interface. */
  readonly controlUrl: string;
}

/** Runners load a setup and a teardown apart, so that they have no module in common: only the process. */
const place = Symbol.for('embedded-kafka.shared-broker');

/** Starts the broker of a run, and tells the environment where it is. */
export async function startSharedBroker(options: EmbeddedKafkaOptions): Promise<SharedBroker> {
  await stopSharedBroker();
  const kafka = await EmbeddedKafka.start({ ...options, control: options.control ?? {} });
  ofProcess()[place] = kafka;
  const { brokers, controlUrl = '' } = kafka;
  process.env[BROKERS_VARIABLE] = brokers.join(',');
  process.env[CONTROL_VARIABLE] = controlUrl;
  return { brokers, controlUrl };
}

/** Nothing happens if there is none. */
export async function stopSharedBroker(): Promise<void> {
  const kafka = ofProcess()[place];
  delete ofProcess()[place];
  delete process.env[BROKERS_VARIABLE];
  delete process.env[CONTROL_VARIABLE];
  await kafka?.stop();
}

function ofProcess(): { [place]?: EmbeddedKafka | undefined } {
  return globalThis as { [place]?: EmbeddedKafka | undefined };
}
