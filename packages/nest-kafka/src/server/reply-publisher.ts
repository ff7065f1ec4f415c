import { messageOf } from '../errors/message-of.js';
import type { LoggerService } from '@nestjs/common';
import type { WritePacket } from '@nestjs/microservices';
import { isPermanentFailure } from '../driver/permanent-failure.js';
import { ReplyNotPublishedError } from '../errors/reply-not-published.error.js';
import type { ReplyAddress } from '../incoming/request-headers.js';
import type { KafkaContext } from './kafka-context.js';
import type { UnacknowledgedMessage } from './unacknowledged.js';

/** Serializes and produces one reply; resolves when the broker has acknowledged it. */
export type SendReply = (packet: WritePacket, address: ReplyAddress, context: KafkaContext) => Promise<unknown>;

/**
 * Publishes replies so that every request gets one, or is delivered again.
 *
 * Where trying again can never help (the reply cannot be serialized, is too large, its topic may not be written) the
 * caller is told instead, and if even that fails, the log: a partition must not stand still for a reply nobody can get.
 */
export class ReplyPublisher {
  /** The requests whose replies are on their way, and since when, the oldest first. */
  private readonly unacknowledged = new Map<KafkaContext, number>();

  constructor(
    private readonly send: SendReply,
    private readonly logger: LoggerService,
  ) {}

  /** Replies on their way to the broker. */
  get inFlight(): number {
    return this.unacknowledged.size;
  }

  /** The request whose reply has been on its way for the longest. */
  oldest(): UnacknowledgedMessage | undefined {
    const [first] = this.unacknowledged;
    if (first === undefined) {
      return undefined;
    }
    const [context, since] = first;
    return {
      topic: context.getTopic(),
      partition: context.getPartition(),
      offset: context.getMessage().offset,
      since,
    };
  }

  /** @throws ReplyNotPublishedError when the request has to be delivered again. */
  async publish(packet: WritePacket, address: ReplyAddress, context: KafkaContext): Promise<void> {
    this.unacknowledged.set(context, performance.now());
    try {
      await this.send(packet, address, context);
    } catch (error) {
      if (!isPermanentFailure(error)) {
        throw new ReplyNotPublishedError(context.getTopic(), address.topic, error);
      }
      this.logger.error(error);
      if ('response' in packet) {
        const reason = messageOf(error);
        await this.publish(failure(`The reply could not be published: ${reason}`), address, context);
      }
    } finally {
      this.unacknowledged.delete(context);
    }
  }
}

/** A last reply that carries an error, in the shape Nest gives to errors. */
export function failure(message: string): WritePacket {
  return { err: { status: 'error', message }, isDisposed: true };
}
