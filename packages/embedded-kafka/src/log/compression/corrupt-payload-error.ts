/** Bytes that are not what their compression says. */
export class CorruptPayloadError extends Error {
  override readonly name = 'CorruptPayloadError';
}
