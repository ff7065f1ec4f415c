import type { HandleRecord } from '../delivery/handle-record.js';
import type { Listeners } from '../delivery/listeners.js';
import type { EachMessagePayload } from '../driver/kafka-types.js';
import { DeliveryAttempts } from './delivery-attempts.js';
import type { PartitionProgress } from './partition-progress.js';
import type { Unacknowledged } from './unacknowledged.js';

const GO_ON = Promise.resolve();

/**
 * Each delivery of a record, and what is kept of it.
 *
 *     delivered ─▶ done                            its offset may be committed
 *         ▲  └───▶ failed ──┐
 *         └─────────────────┘                      the engine delivers it again, on its partition alone
 *
 * Invariants
 * - A record is done only when its handling has resolved: `deliver()` settles as that does, or has it deferred.
 * - A record is unacknowledged from its first delivery in this process until it is done; a failure does not make it younger.
 * - Progress is told of records that are done, and of no others.
 */
export class Deliveries {
  /** How records of each topic are handled, by the policies of their handlers; all alike as long as there are none. */
  listeners: Listeners | undefined;
  private readonly attempts = new DeliveryAttempts();

  constructor(
    private readonly handle: HandleRecord,
    private readonly unacknowledged: Unacknowledged,
    private readonly progress: PartitionProgress,
  ) {}

  /**
   * What the engine awaits before the partition's next record: the handling; or nothing, where records overlap and the engine
   * is left with what this one waits for.
   */
  deliver(payload: EachMessagePayload): Promise<void> {
    const handling = this.listeners?.of(payload.topic);
    const done = this.handleOnce(payload, handling?.handle ?? this.handle);
    if (handling?.isOverlapping === true && payload.defer !== undefined) {
      payload.defer(done);
      return GO_ON;
    }
    return done;
  }

  private async handleOnce(payload: EachMessagePayload, handle: HandleRecord): Promise<void> {
    const attempt = this.attempts.begin(payload);
    this.unacknowledged.begin(payload);
    try {
      await handle(payload, attempt);
    } catch (error) {
      this.unacknowledged.fail(payload);
      this.attempts.failed(payload, attempt);
      throw error;
    }
    this.unacknowledged.end(payload);
    this.attempts.succeeded(payload);
    this.progress.handled(payload.topic, payload.partition, payload.message.offset);
  }
}
