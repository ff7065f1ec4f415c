import { RpcException } from '@nestjs/microservices';
import { messageOf } from '../../errors/message-of.js';

/** An item was refused before the handler ran: nothing of the batch is done. */
export class InvalidItem extends RpcException {
  constructor(
    readonly index: number,
    override readonly cause: unknown,
  ) {
    super(`Item ${index} of the batch is not valid: ${messageOf(cause)}`);
    this.name = 'InvalidItem';
  }

  override getError(): string | object {
    return this;
  }
}
