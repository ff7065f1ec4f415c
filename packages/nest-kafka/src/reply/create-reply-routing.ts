import type { LoggerService } from '@nestjs/common';
import type { KafkaDriver } from '../driver/kafka-driver.js';
import type { StatusListener } from '../driver/status-events.js';
import type { KafkaTransportOptions } from '../options/transport-options.js';
import { canReadDirectly, DirectReplies } from './direct-replies.js';
import { GroupReplies } from './group-replies.js';
import type { ReplyListener, ReplyRouting } from './reply-routing.js';

/** What the way of replies is chosen by and made of. */
export interface ReplyRoutingParts {
  driver: KafkaDriver;
  options: KafkaTransportOptions;
  groupId: string;
  onReply: ReplyListener;
  onStatus: StatusListener;
  logger: LoggerService;
}

/**
 * Direct replies, unless the options ask for a consumer group, or the engine cannot read without one (which is logged:
 * the application then has more to see to).
 */
export function createReplyRouting({
  driver,
  options,
  groupId,
  onReply,
  onStatus,
  logger,
}: ReplyRoutingParts): ReplyRouting {
  if (options.reply?.routing !== 'group') {
    if (canReadDirectly(driver)) {
      return new DirectReplies({ driver, onReply, logger });
    }
    logger.warn(
      'This driver has no group-less reader, so replies come through a consumer group (reply.routing "group"): ' +
        'call subscribeToResponseOf() before connect(), and give each reply topic a partition per replica.',
    );
  }
  return new GroupReplies({
    driver,
    consumer: { ...options.consumer, groupId },
    subscribe: options.subscribe,
    run: options.run,
    onReply,
    onStatus,
    logger,
  });
}
