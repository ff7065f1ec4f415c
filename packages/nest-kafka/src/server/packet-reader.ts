import type { Deserializer, ReadPacket } from '@nestjs/microservices';
import { messageOf } from '../errors/message-of.js';
import type { ReplyAddress } from '../incoming/request-headers.js';
import { isPromise } from '../is-promise.js';
import type { KafkaContext } from './kafka-context.js';
import { failure, type ReplyPublisher } from './reply-publisher.js';

/**
 * Deserializes records. A request that cannot be read is answered with an error, since its caller waits and reading it
 * again would not help; an event that cannot be read is rejected, since nothing may be skipped in silence.
 */
export class PacketReader {
  constructor(
    private readonly replies: ReplyPublisher,
    /** Told of each request that could not be read; its caller is told by the answer. */
    private readonly onUnreadable: (error: unknown) => void,
  ) {}

  /** Gives `undefined` for a request that could not be read and has been answered. `address` is `undefined` for events. */
  read(
    deserializer: Deserializer<unknown, ReadPacket>,
    context: KafkaContext,
    address: ReplyAddress | undefined,
  ): ReadPacket | Promise<ReadPacket | undefined> {
    try {
      const packet = deserializer.deserialize(context.getMessage(), { channel: context.getTopic() });
      return isPromise<ReadPacket>(packet)
        ? Promise.resolve(packet).catch((error: unknown) => this.refuse(error, context, address))
        : packet;
    } catch (error) {
      return this.refuse(error, context, address);
    }
  }

  private async refuse(error: unknown, context: KafkaContext, address: ReplyAddress | undefined): Promise<undefined> {
    if (address === undefined) {
      throw error;
    }
    this.onUnreadable(error);
    const text = `The request on topic "${context.getTopic()}" could not be deserialized: ${messageOf(error)}`;
    await this.replies.publish(failure(text), address, context);
    return undefined;
  }
}
