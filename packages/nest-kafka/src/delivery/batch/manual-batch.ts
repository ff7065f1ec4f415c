import type { EachMessagePayload } from '../../driver/kafka-types.js';
import type { IncomingMessage } from '../../incoming/incoming-message.js';
import type { KafkaContextArgs } from '../../server/kafka-context.js';
import { beginManualAck, type ManualAck } from '../ack/manual-ack.js';
import type { DeliveryRuntime } from '../delivery-runtime.js';
import { whenGivenUp } from '../given-up.js';
import { BatchItemFailure } from './batch-item-failure.js';
import { type HandleBatch, handleBatchWith } from './batch-runner.js';
import { KafkaBatchContext } from './kafka-batch-context.js';

/** The context of a batch handler with `ack: 'manual'`: a message is done when the handler says so. */
export class ManualAckBatchContext extends KafkaBatchContext {
  /** @internal */
  constructor(
    args: KafkaContextArgs,
    attempt: number,
    messages: readonly IncomingMessage[],
    private readonly acknowledgements: readonly ManualAck[],
  ) {
    super(args, attempt, messages);
  }

  /**
   * The message at `index` is done. May be called after the handler has returned: the next batch waits until each message has
   * been told of.
   *
   * @returns `false` if it came too late to count
   * @throws RangeError if there is no such message
   */
  ack(index: number): boolean {
    return this.at(index).ack();
  }

  /** All that nothing has been said of are done. */
  ackAll(): void {
    for (const acknowledgement of this.acknowledgements) {
      acknowledgement.ack();
    }
  }

  /**
   * The message at `index` is to be delivered again, as a failed attempt, by the handler's retry policy; those behind it that are
   * not acknowledged come after it.
   *
   * @param options `delay`: milliseconds until then, in place of the policy's
   * @returns as `ack()`
   */
  nack(index: number, { delay }: { delay?: number } = {}): boolean {
    if (delay !== undefined && !(Number.isFinite(delay) && delay >= 0)) {
      throw new RangeError(`nack(): "delay" must be a number of milliseconds from 0; it is ${delay}`);
    }
    return this.at(index).nack(delay);
  }

  private at(index: number): ManualAck {
    const acknowledgement = this.acknowledgements[index];
    if (acknowledgement === undefined) {
      throw new RangeError(`There is no message ${index} in a batch of ${this.acknowledgements.length}`);
    }
    return acknowledgement;
  }
}

/**
 * Batches whose handler acknowledges each message.
 *
 * Invariant: a batch ends when each of its messages has been told of, or the partition is given up; what was acknowledged is
 * done, whatever becomes of the others.
 */
export class ManualBatches {
  private readonly acknowledged = new WeakSet<EachMessagePayload>();

  constructor(private readonly runtime: DeliveryRuntime) {}

  isDone(payload: EachMessagePayload): boolean {
    return this.acknowledged.has(payload);
  }

  readonly handle: HandleBatch = async (payloads, attempt) => {
    const acknowledgements = payloads.map(beginManualAck);
    const settled = Promise.allSettled(acknowledgements.map(({ done }) => done));
    const giveUp = (reason: unknown): void => acknowledgements.forEach(each => each.giveUp(reason));
    const failure = await this.call(payloads, attempt, acknowledgements).then(
      () => undefined,
      (error: unknown) => {
        giveUp(error);
        return { error };
      },
    );
    // Not while the handler runs: a rebalance waits for it, and what it acknowledges then counts.
    const stopWaiting = whenGivenUp(payloads[0] as EachMessagePayload, giveUp);
    const results = await settled;
    stopWaiting();
    for (const [index, { status }] of results.entries()) {
      if (status === 'fulfilled') {
        this.acknowledged.add(payloads[index] as EachMessagePayload);
      }
    }
    if (failure !== undefined) {
      throw failure.error;
    }
    const refused = results.findIndex(({ status }) => status === 'rejected');
    if (refused >= 0) {
      throw new BatchItemFailure(refused, (results[refused] as PromiseRejectedResult).reason);
    }
  };

  private call(
    payloads: readonly EachMessagePayload[],
    attempt: number,
    acknowledgements: readonly ManualAck[],
  ): Promise<void> {
    return handleBatchWith(this.runtime, (...parts) => new ManualAckBatchContext(...parts, acknowledgements))(
      payloads,
      attempt,
    );
  }
}
