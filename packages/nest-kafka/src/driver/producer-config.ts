import type { KafkaTransportOptions } from '../options/transport-options.js';
import type { ProducerConfig } from './kafka-types.js';

/**
 * How often a message is sent again: waits of 0.3, 0.6, 1.2 … 19.2 s, 38 s in all. KafkaJS's five retries end after 9 s, which is
 * Kafka's own `broker.session.timeout.ms`: an event emitted while its leader dies would fail before there is a new one.
 */
const PRODUCER_RETRIES = 7;

/** The options of a producer: what the application says, and patience where it says nothing of retries. */
export function producerConfig({ client, producer }: KafkaTransportOptions): ProducerConfig {
  const isSaid = client?.retry?.retries !== undefined || producer?.retry?.retries !== undefined;
  return isSaid
    ? { ...producer }
    : { ...producer, retry: { ...client?.retry, ...producer?.retry, retries: PRODUCER_RETRIES } };
}
