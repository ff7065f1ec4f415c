/** Thrown by a handler where the protocol's only answer is to close the connection; the message is logged. */
export class CloseConnectionError extends Error {
  override readonly name = 'CloseConnectionError';
}
