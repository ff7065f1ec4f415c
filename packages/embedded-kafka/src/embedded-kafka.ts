import { InProcessKafka } from './in-process-kafka.js';
import type { EmbeddedKafkaOptions } from './options/embedded-kafka-options.js';
import { resolveOptions } from './options/resolved-options.js';
import type { RunningKafka } from './running-kafka.js';

/** A broker that was started. */
export type EmbeddedKafka = RunningKafka;

/**
 * A Kafka broker in this process, for development and tests: any Kafka client connects to it.
 *
 *     await using kafka = await EmbeddedKafka.start({ topics: ['orders'] });
 *     const client = new Kafka({ brokers: kafka.brokers });
 *
 * What it keeps is in memory and gone after `stop`, unless the option `dataDir` says where else.
 */
export const EmbeddedKafka = {
  /**
   * Starts a broker; it serves clients when the promise resolves.
   * @throws EmbeddedKafkaError INVALID_OPTIONS with all faults, LISTEN_FAILED, TOPIC_REFUSED, one of those of `dataDir`,
   *   or WORKER_FAILED
   */
  async start(options: EmbeddedKafkaOptions = {}): Promise<EmbeddedKafka> {
    const resolved = resolveOptions(options);
    if (options.worker !== true) return InProcessKafka.start(resolved);
    const { WorkerKafka } = await import('./worker/worker-kafka.js');
    return WorkerKafka.start(options);
  },
} as const;
