import type { IncomingEvent, IncomingRequest } from '@nestjs/microservices';
// By its path: Nest 11 does not export it from the root.
import { KafkaRequestDeserializer } from '@nestjs/microservices/deserializers/kafka-request.deserializer.js';

type NestKafkaRequest = Parameters<KafkaRequestDeserializer['mapToSchema']>[0];

/**
 * The server's default deserializer: Nest's, but that the payload of a tombstone is `null` and not the whole record.
 */
export class RequestDeserializer extends KafkaRequestDeserializer {
  override mapToSchema(message: NestKafkaRequest, options?: Record<string, unknown>): IncomingRequest | IncomingEvent {
    return { pattern: options?.['channel'], data: (message.value as unknown) ?? null };
  }
}
