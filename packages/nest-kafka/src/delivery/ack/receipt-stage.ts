import { messageOf } from '../../errors/message-of.js';
import type { DeliveryRuntime, DeliveryStage, Listener } from '../delivery-runtime.js';
import type { HandleRecord } from '../handle-record.js';
import { inLanes, keyOf, noLane } from '../order/order-stage.js';
import { ReceiptCommits } from './receipt-commits.js';

/**
 * At most once: a record's offset is committed before its handler runs, and an error of that is logged.
 *
 * With records that overlap, those that may be handled now are received in the order of their offsets, and only then told
 * apart by their keys: a commit covers no record that still waits to be received. What has been received is handled, also while
 * its partition is given up, because nobody would get it again.
 */
export const receiptStage: DeliveryStage = (listener, runtime, next) => {
  const { ack, order, concurrency } = listener.policy;
  if (ack !== 'receipt') {
    return undefined;
  }
  const logged = logErrors(listener, runtime, next);
  if (order === 'partition') {
    return received(runtime, logged);
  }
  const handle =
    order === 'none'
      ? logged
      : inLanes({ laneOf: keyOf, concurrency: Number.POSITIVE_INFINITY, givesUp: false, handle: logged });
  return inLanes({ laneOf: noLane, concurrency, givesUp: true, handle: received(runtime, handle) });
};

function received(runtime: DeliveryRuntime, handle: HandleRecord): HandleRecord {
  const commits = new WeakMap<object, ReceiptCommits>();
  return async (payload, attempt) => {
    const { topic, partition, tenure } = payload;
    const make = (): ReceiptCommits =>
      new ReceiptCommits(offset => runtime.consumer().commitOffsets([{ topic, partition, offset }]));
    let ofPartition: ReceiptCommits | undefined;
    if (tenure === undefined) {
      // One record at a time: nothing is kept that a commit of before could falsify.
      ofPartition = make();
    } else {
      ofPartition = commits.get(tenure);
      if (ofPartition === undefined) {
        ofPartition = make();
        commits.set(tenure, ofPartition);
      }
    }
    await ofPartition.commit(BigInt(payload.message.offset) + 1n);
    await handle(payload, attempt);
  };
}

function logErrors(listener: Listener, { logger }: DeliveryRuntime, next: HandleRecord): HandleRecord {
  return async (payload, attempt) => {
    try {
      await next(payload, attempt);
    } catch (error) {
      const { topic, partition, message } = payload;
      logger.error(
        `"${listener.pattern}" failed at offset ${message.offset} of "${topic}", partition ${partition}; the message was done ` +
          `on receipt and is lost: ${messageOf(error)}`,
        error instanceof Error ? error.stack : undefined,
      );
    }
  };
}
