import { type IncomingResponse, KafkaHeaders } from '@nestjs/microservices';
// By its path: Nest 11 does not export it from the root.
import { KafkaResponseDeserializer } from '@nestjs/microservices/deserializers/kafka-response.deserializer.js';
import { TransportHeaders } from './transport-headers.js';

/** A parsed reply, as far as the deserializer looks at it. */
interface ReceivedReply {
  headers: Record<string, unknown>;
  value: unknown;
}

/**
 * The client's default deserializer: Nest's, but that a stream that ends later than its last value ends without an extra
 * `null`, if the server says that this is what happened.
 */
export class ResponseDeserializer extends KafkaResponseDeserializer {
  override deserialize(message: ReceivedReply, options?: Record<string, unknown>): IncomingResponse {
    if (TransportHeaders.NO_VALUE in message.headers && !(KafkaHeaders.NEST_ERR in message.headers)) {
      return { id: String(message.headers[KafkaHeaders.CORRELATION_ID]), isDisposed: true };
    }
    return super.deserialize(message, options);
  }
}
