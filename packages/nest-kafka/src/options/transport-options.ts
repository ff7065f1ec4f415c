import type { KafkaOptions as NestKafkaOptions } from '@nestjs/microservices';
import type { DriverFactory } from '../driver/kafka-driver.js';
import type { KafkaClientSideOptions } from './client-options.js';
import type { KafkaServerSideOptions } from './server-options.js';

/**
 * Everything `options` of a Kafka client or server may hold: what Nest's built-in transport accepts (`client`,
 * `consumer`, `run`, `subscribe`, `producer`, `send`, `serializer`, `deserializer`, `parser`, `producerOnlyMode`,
 * `postfixId`), and what is ours. Both sides accept all of it, so that one object can serve both.
 */
export interface KafkaTransportOptions
  extends NonNullable<NestKafkaOptions['options']>, KafkaClientSideOptions, KafkaServerSideOptions {
  /**
   * The engine: any client with KafkaJS's interface, e.g. `driver: config => new Kafka(config)` with `Kafka` from
   * `kafkajs`.
   *
   * @default `kafkajs-platformatic`
   */
  driver?: DriverFactory;
}
