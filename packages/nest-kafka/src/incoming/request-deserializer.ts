import { type IncomingEvent, type IncomingRequest, KafkaRequestDeserializer } from '@nestjs/microservices';

type NestKafkaRequest = Parameters<KafkaRequestDeserializer['mapToSchema']>[0];

/**
 * The server's default deserializer: Nest's, but that the payload of a tombstone is `null` and not the whole record.
 */
export class RequestDeserializer extends KafkaRequestDeserializer {
  override mapToSchema(message: NestKafkaRequest, options?: Record<string, unknown>): IncomingRequest | IncomingEvent {
    return { pattern: options?.['channel'], data: (message.value as unknown) ?? null };
  }
}
