import type { Type } from '@nestjs/common';
import type { ClientProxy } from '@nestjs/microservices';
import { ClientKafka } from './client/client-kafka.js';
import type { KafkaTransportOptions } from './options/transport-options.js';
import { ServerKafka } from './server/server-kafka.js';

/**
 * A microservice on this transport, through Nest's own extension point:
 * `NestFactory.createMicroservice(AppModule, kafkaServer({ client, consumer }))`, or `app.connectMicroservice(...)`.
 *
 * @throws InvalidOptionsError that lists everything wrong with the options.
 */
export function kafkaServer(options: KafkaTransportOptions = {}): { strategy: ServerKafka } {
  return { strategy: new ServerKafka(options) };
}

/**
 * A client on this transport, through Nest's own extension point:
 * `ClientsModule.register([{ name: 'HERO_SERVICE', ...kafkaClient({ client, consumer }) }])`, `@Client(kafkaClient(...))`
 * or `ClientProxyFactory.create(kafkaClient(...))`.
 */
export function kafkaClient(options: KafkaTransportOptions = {}): {
  customClass: Type<ClientProxy>;
  options: KafkaTransportOptions;
} {
  // Nest asks for a client of any status; ours, like Nest's own Kafka client, has Kafka's.
  return { customClass: ClientKafka as unknown as Type<ClientProxy>, options };
}
