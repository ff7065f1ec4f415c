/** A request to a consumer group that is refused: what the client gets. */
export class ConsumerGroupError extends Error {
  override readonly name = 'ConsumerGroupError';

  constructor(
    readonly errorCode: number,
    message: string,
  ) {
    super(message);
  }
}
