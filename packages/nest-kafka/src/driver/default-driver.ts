import type { KafkaConfig } from './kafka-types.js';
import type { KafkaDriver } from './kafka-driver.js';

/** The engine of this project. Loaded when it is first needed, so that another `driver` does not pay for it. */
export async function defaultDriver(config: KafkaConfig): Promise<KafkaDriver> {
  const { Kafka } = await import('kafkajs-platformatic');
  return new Kafka(config);
}
