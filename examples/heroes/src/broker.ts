import { EmbeddedKafka } from 'embedded-kafka';
import { topics } from './messages.js';

export interface Broker {
  readonly description: string;
  readonly brokers: string[];
  stop(): Promise<void>;
}

/** The brokers named by KAFKA_BROKERS ("host:port,host:port"), or a broker inside this process. */
export async function openBroker(): Promise<Broker> {
  const external = process.env['KAFKA_BROKERS'];
  if (external) {
    return {
      description: `Apache Kafka at ${external}`,
      brokers: external.split(',').map(broker => broker.trim()),
      stop: async () => {},
    };
  }
  const kafka = await EmbeddedKafka.start({ topics: topics.map(name => ({ name, partitions: 3 })) });
  return {
    description: `embedded-kafka at ${kafka.brokers.join(', ')}`,
    brokers: kafka.brokers,
    stop: () => kafka.stop(),
  };
}
