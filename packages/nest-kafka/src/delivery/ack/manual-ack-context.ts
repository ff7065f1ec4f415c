import { KafkaContext, type KafkaContextArgs } from '../../server/kafka-context.js';
import type { PartitionProgress } from '../../server/partition-progress.js';
import type { ManualAck } from './manual-ack.js';

/** The context of a handler with `ack: 'manual'`: its message is done when the handler says so. */
export class ManualAckContext extends KafkaContext {
  private readonly acknowledgement: ManualAck;

  constructor(
    args: KafkaContextArgs,
    attempt: number,
    progress: PartitionProgress | undefined,
    acknowledgement: ManualAck,
  ) {
    super(args, attempt, progress);
    this.acknowledgement = acknowledgement;
  }

  /**
   * The message is done: its offset is committed as soon as all before it are done, too. May be called after the handler has
   * returned.
   *
   * @returns `false` if it came too late to count: after another `ack()` or `nack()`, after the handler had thrown, or after
   * the partition had been given up. Whoever has the partition then gets the message again.
   */
  ack(): boolean {
    return this.acknowledgement.ack();
  }

  /**
   * The message is to be delivered again: as a failed attempt, by the handler's retry policy.
   *
   * @param options `delay`: milliseconds until then, in place of the policy's
   * @returns as `ack()`
   */
  nack({ delay }: { delay?: number } = {}): boolean {
    if (delay !== undefined && !(Number.isFinite(delay) && delay >= 0)) {
      throw new RangeError(`nack(): "delay" must be a number of milliseconds from 0; it is ${delay}`);
    }
    return this.acknowledgement.nack(delay);
  }
}
