import type { KafkaDriver } from './kafka-driver.js';
import type { KafkaConfig } from './kafka-types.js';

/** The engine of this project. Loaded when it is first needed, so that another `driver` does not pay for it. */
export async function defaultDriver(config: KafkaConfig): Promise<KafkaDriver> {
  const { Kafka } = await import('kafkajs-platformatic');
  // Both sides declare KafkaJS's interface for themselves, so that neither depends on the other's declarations; the engine
  // checks what it is given, and refuses what it does not know.
  const engineConfig = config as ConstructorParameters<typeof Kafka>[0];
  return new Kafka(engineConfig) as unknown as KafkaDriver;
}
