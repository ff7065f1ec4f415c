import { ClientKafka, ServerKafka } from '@nestjs/microservices';
import type { BrokerSource, Ground } from '../frame/ground.js';

/** Nest's own transport on KafkaJS: the oracle that says what the NestJS Kafka page means. */
export const builtIn = (where: string, startBrokers: () => Promise<BrokerSource>): Ground => ({
  name: `built-in on kafkajs, ${where}`,
  implementation: 'built-in',
  startBrokers,
  createServer: options => new ServerKafka(options),
  createClient: options => new ClientKafka(options),
});
