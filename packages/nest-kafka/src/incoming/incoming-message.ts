import type { KafkaParser } from '@nestjs/microservices';
import type { EachMessagePayload, KafkaMessage } from '../driver/kafka-types.js';

/**
 * A received record after parsing, what a deserializer is given and `KafkaContext.getMessage()` returns: the page's
 * `IncomingMessage`. Its type says `Buffer` where parsing left text or an object, as Nest's own types do.
 */
export type IncomingMessage = KafkaMessage & { topic: string; partition: number };

/**
 * Parses what the engine delivered. The engine's own object stays as it was, because it delivers the same one again when
 * a handler fails.
 */
export function parseIncoming(parser: KafkaParser, payload: EachMessagePayload): IncomingMessage {
  const message = parser.parse<IncomingMessage>(payload.message);
  message.topic = payload.topic;
  message.partition = payload.partition;
  return message;
}
