/** Bytes that are not what their compression says. */
export class CorruptPayloadError extends Error {
  override readonly name: string = 'CorruptPayloadError';
}

/** Bytes that would become more than they may. */
export class PayloadTooLargeError extends CorruptPayloadError {
  override readonly name = 'PayloadTooLargeError';

  constructor(maxBytes: number, options?: ErrorOptions) {
    super(`the payload would be more than ${maxBytes} bytes when it is decompressed`, options);
  }
}
