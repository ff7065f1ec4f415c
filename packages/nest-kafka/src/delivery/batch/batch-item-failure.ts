import { RpcException } from '@nestjs/microservices';
import { messageOf } from '../../errors/message-of.js';

/**
 * What a batch handler throws when it got as far as one item: those before it are done, this one failed and is retried or
 * given up as the policy says, those after it are delivered again. Any other exception is a failure of the whole batch.
 *
 *     throw new BatchItemFailure(index, error);
 */
export class BatchItemFailure extends RpcException {
  /**
   * @param index of the item in the array that the handler was given
   * @param cause what went wrong with it: the exception that `retry` and `deadLetter` look at
   */
  constructor(
    readonly index: number,
    override readonly cause: unknown,
  ) {
    super(`Item ${index} of the batch failed: ${messageOf(cause)}`);
    this.name = 'BatchItemFailure';
  }

  /** As with Nest's KafkaRetriableException: so that it reaches the transport as it is. */
  override getError(): string | object {
    return this;
  }
}
