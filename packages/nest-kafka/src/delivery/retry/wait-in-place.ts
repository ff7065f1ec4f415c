import { setTimeout as sleep } from 'node:timers/promises';
import type { EachMessagePayload } from '../../driver/kafka-types.js';

/** How often the group hears from a member that waits, at least; the engine leaves out what comes too soon. Milliseconds. */
const HEARTBEAT_INTERVAL = 500;

/**
 * Waits inside of `eachMessage`, for engines that cannot be told when to deliver again. Heartbeats go on; the engine's
 * `heartbeat()` rejects when a rebalance is under way, and so does this: the message is not committed.
 *
 * @throws `failure` when the server closes.
 */
export async function waitInPlace(
  payload: EachMessagePayload,
  milliseconds: number,
  closing: AbortSignal,
  failure: unknown,
): Promise<void> {
  const until = performance.now() + milliseconds;
  for (let left = milliseconds; left > 0; left = until - performance.now()) {
    try {
      await sleep(Math.min(left, HEARTBEAT_INTERVAL), undefined, { signal: closing });
    } catch {
      throw failure;
    }
    await payload.heartbeat();
  }
  if (closing.aborted) {
    throw failure;
  }
}
