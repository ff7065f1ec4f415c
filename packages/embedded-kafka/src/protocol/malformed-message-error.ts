/**
 * The bytes are not what the protocol says they should be. Thrown by readers; the connection that sent them is closed
 * and the message logged. Never reaches users of the broker, hence not part of the error catalogue.
 */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
}
