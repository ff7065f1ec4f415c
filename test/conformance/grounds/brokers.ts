import { EmbeddedKafka } from 'embedded-kafka';
import type { BrokerSource } from '../frame/ground.js';

/** The Apache Kafka that KAFKA_BROKERS names; whoever started it ends it. */
export function apacheKafka(): Promise<BrokerSource> {
  const brokers = process.env['KAFKA_BROKERS'];
  if (!brokers) {
    throw new Error('KAFKA_BROKERS is not set: run `npm run test:kafka`, which starts a cluster and sets it');
  }
  return Promise.resolve({ brokers: brokers.split(','), stop: () => Promise.resolve() });
}

/** The broker of this repository, in this process, for one suite. */
export async function embeddedKafka(): Promise<BrokerSource> {
  const kafka = await EmbeddedKafka.start();
  return { brokers: kafka.brokers, stop: () => kafka.stop() };
}
