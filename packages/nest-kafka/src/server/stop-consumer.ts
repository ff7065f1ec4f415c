import type { Consumer } from '../driver/kafka-types.js';

/** How long leaving the group may take after the grace period, in milliseconds. */
const LEAVE_TIMEOUT = 3_000;

/** What an engine may offer beyond KafkaJS: a stop that waits for handlers no longer. */
interface Abandonable {
  abandonHandlers?(): void;
}

/**
 * Stops fetching, lets the handlers in flight end, commits, leaves the group and disconnects: that is what `stop()` and
 * `disconnect()` of a KafkaJS consumer do. Resolves to `false` if handlers were still running after `gracePeriod`
 * milliseconds. Then they are abandoned: what they still handle is not committed, and others get it as soon as the group
 * has been left. An engine that cannot do that stays in its group, in the background, until they have ended.
 */
export async function stopConsumer(
  consumer: Consumer & Abandonable,
  gracePeriod: number,
  onLateError: (error: unknown) => void,
): Promise<boolean> {
  let late = false;
  const stopped = (async (): Promise<boolean> => {
    await consumer.stop();
    await consumer.disconnect();
    return true;
  })();
  stopped.catch((error: unknown) => {
    if (late) {
      onLateError(error);
    }
  });
  if (await within(stopped, gracePeriod)) {
    return true;
  }
  if (consumer.abandonHandlers !== undefined) {
    consumer.abandonHandlers();
    await within(stopped, LEAVE_TIMEOUT);
  }
  late = true;
  return false;
}

/** Resolves to what the task does if it ends in time, to `false` if not. Rejects if the task does. */
async function within(task: Promise<boolean>, milliseconds: number): Promise<boolean> {
  const { promise: over, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, milliseconds, false);
  try {
    return await Promise.race([task, over]);
  } finally {
    clearTimeout(timer);
  }
}
