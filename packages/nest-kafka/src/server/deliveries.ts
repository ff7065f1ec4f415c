import type { EachMessagePayload } from '../driver/kafka-types.js';
import { DeliveryAttempts } from './delivery-attempts.js';
import type { PartitionProgress } from './partition-progress.js';
import type { Unacknowledged } from './unacknowledged.js';

/** Handles one record; rejects when it is to be delivered again. `attempt` is 1 for its first delivery. */
export type HandleRecord = (payload: EachMessagePayload, attempt: number) => Promise<void>;

/**
 * Each delivery of a record, and what is kept of it.
 *
 *     delivered ─▶ done                            its offset may be committed
 *         ▲  └───▶ failed ──┐
 *         └─────────────────┘                      the engine delivers it again, on its partition alone
 *
 * Invariants
 * - `deliver()` settles as the handling does: a record is done only when that has resolved.
 * - A record is unacknowledged from its first delivery in this process until it is done; a failure does not make it younger.
 * - Progress is told of records that are done, and of no others.
 */
export class Deliveries {
  private readonly attempts = new DeliveryAttempts();

  constructor(
    private readonly handle: HandleRecord,
    private readonly unacknowledged: Unacknowledged,
    private readonly progress: PartitionProgress,
  ) {}

  async deliver(payload: EachMessagePayload): Promise<void> {
    const attempt = this.attempts.begin(payload);
    this.unacknowledged.begin(payload);
    try {
      await this.handle(payload, attempt);
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
