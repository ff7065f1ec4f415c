import { messageOf } from '../../errors/message-of.js';
import type { DeliveryStage } from '../delivery-runtime.js';
import { whenGivenUp } from '../given-up.js';
import { beginManualAck } from './manual-ack.js';

/**
 * A record is done when its handler says so by `context.ack()`, in its run or later. What throws before that has failed; what
 * never says anything is the oldest unacknowledged message of `health()`, until its partition is given up.
 */
export const manualAckStage: DeliveryStage = ({ pattern, policy: { ack } }, { logger }, next) =>
  ack !== 'manual'
    ? undefined
    : async (payload, attempt) => {
        const acknowledgement = beginManualAck(payload);
        // Awaited below, unless the handler fails first.
        acknowledgement.done.catch(() => undefined);
        try {
          await next(payload, attempt);
        } catch (error) {
          if (acknowledgement.giveUp(error)) {
            throw error;
          }
          const { topic, partition, message } = payload;
          logger.error(
            `"${pattern}" failed at offset ${message.offset} of "${topic}", partition ${partition}, after its ` +
              `acknowledgement, which counts: ${messageOf(error)}`,
          );
        }
        // Not while the handler runs: a rebalance waits for it, and what it acknowledges then counts.
        const stopWaiting = whenGivenUp(payload, reason => acknowledgement.giveUp(reason));
        try {
          await acknowledgement.done;
        } finally {
          stopWaiting();
        }
      };
