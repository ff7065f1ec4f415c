import { KafkaHeaders, type WritePacket } from '@nestjs/microservices';
import { TransportHeaders } from '../incoming/transport-headers.js';
import type { OutgoingMessage } from '../outgoing/record-serializer.js';

/** Nest's mark of a last reply: the header counts, its byte does not. */
const DISPOSED = Buffer.alloc(1);
const YES = Buffer.from('1');

/** A reply partition as the transport knows it (a number) or as a header carries it (digits). */
export type ReplyPartition = number | string | null | undefined;

/** Addresses a serialized response and adds the headers by which the client knows what it is. */
export function addressReply(
  message: OutgoingMessage,
  packet: WritePacket,
  partition: ReplyPartition,
  correlationId: string | Buffer,
): void {
  const { headers } = message;
  if (partition !== undefined && partition !== null) {
    message.partition = Number(partition);
  }
  headers[KafkaHeaders.CORRELATION_ID] = Buffer.from(correlationId);
  if (packet.err !== undefined && packet.err !== null) {
    headers[KafkaHeaders.NEST_ERR] = encodeError(packet.err);
  }
  if (packet.isDisposed === true) {
    headers[KafkaHeaders.NEST_IS_DISPOSED] = DISPOSED;
    if (!('response' in packet) && !('err' in packet)) {
      headers[TransportHeaders.NO_VALUE] = YES;
    }
  }
}

/** An error as text, JSON for objects. Never throws: the way an error takes must not have errors of its own. */
function encodeError(error: unknown): Buffer {
  if (typeof error !== 'object' || error === null) {
    return Buffer.from(String(error));
  }
  try {
    const text = JSON.stringify(error);
    // An Error has nothing enumerable, and {} would tell the caller nothing.
    return Buffer.from(text === '{}' && error instanceof Error ? describe(error) : text);
  } catch {
    return Buffer.from(describe(error));
  }
}

function describe(error: object): string {
  const message = error instanceof Error ? error.message : 'The error could not be written as JSON.';
  return JSON.stringify({ status: 'error', message });
}
