import { KafkaHeaders } from '@nestjs/microservices';
import type { RequestTrace } from '../errors/request-timeout.error.js';
import { TransportHeaders } from '../incoming/transport-headers.js';
import type { OutgoingMessage } from '../outgoing/record-serializer.js';

/** Adds the headers by which a server answers, and knows until when. */
export function addressRequest(message: OutgoingMessage, request: RequestTrace, deadline: number | undefined): void {
  const { headers } = message;
  headers[KafkaHeaders.CORRELATION_ID] = request.correlationId;
  headers[KafkaHeaders.REPLY_TOPIC] = request.replyTopic;
  if (request.replyPartition !== undefined) {
    headers[KafkaHeaders.REPLY_PARTITION] = request.replyPartition;
  }
  if (deadline !== undefined) {
    headers[TransportHeaders.DEADLINE] = String(deadline);
  }
}
