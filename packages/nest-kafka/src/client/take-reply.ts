import {
  type Deserializer,
  type IncomingResponse,
  KafkaHeaders,
  type KafkaParser,
  type WritePacket,
} from '@nestjs/microservices';
import type { EachMessagePayload } from '../driver/kafka-types.js';
import { parseIncoming } from '../incoming/incoming-message.js';
import { headerOf } from '../incoming/request-headers.js';
import { isPromise } from '../is-promise.js';
import type { PendingRequests } from './pending-requests.js';

/**
 * Hands the record of a reply partition to the request that waits for it. On a shared partition most are for others: the
 * correlation id decides before anything is parsed. Never throws and never rejects for a reply that cannot be read:
 * whoever asked gets the error, and the reply itself is done.
 */
export function takeReply(
  payload: EachMessagePayload,
  pending: PendingRequests,
  parser: KafkaParser,
  deserializer: Deserializer<unknown, IncomingResponse>,
): Promise<void> | void {
  const id = headerOf(payload.message, KafkaHeaders.CORRELATION_ID)?.toString();
  if (id === undefined || !pending.has(id)) {
    return undefined;
  }
  try {
    const packet = deserializer.deserialize(parseIncoming(parser, payload));
    if (isPromise<IncomingResponse>(packet)) {
      return Promise.resolve(packet).then(
        response => deliver(pending, id, response),
        (error: unknown) => pending.fail(id, error),
      );
    }
    deliver(pending, id, packet);
  } catch (error) {
    pending.fail(id, error);
  }
  return undefined;
}

function deliver(pending: PendingRequests, id: string, { err, response, isDisposed }: IncomingResponse): void {
  const packet: WritePacket = { err, response };
  if (Boolean(err) || isDisposed === true) {
    packet.isDisposed = isDisposed ?? true;
  }
  pending.deliver(id, packet);
}
