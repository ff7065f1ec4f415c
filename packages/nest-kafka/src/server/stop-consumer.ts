import type { Consumer } from '../driver/kafka-types.js';

/**
 * Stops fetching, lets the handlers in flight end, commits, leaves the group and disconnects: that is what `stop()` and
 * `disconnect()` of a KafkaJS consumer do. Resolves to `false` if this was not over within `gracePeriod` milliseconds;
 * then the rest goes on in the background, and what it still handles may be delivered again.
 */
export async function stopConsumer(
  consumer: Consumer,
  gracePeriod: number,
  onLateError: (error: unknown) => void,
): Promise<boolean> {
  let late = false;
  const stopped = (async () => {
    await consumer.stop();
    await consumer.disconnect();
    return true;
  })();
  stopped.catch((error: unknown) => {
    if (late) {
      onLateError(error);
    }
  });
  const { promise: graceOver, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => {
    late = true;
    resolve(false);
  }, gracePeriod);
  try {
    return await Promise.race([stopped, graceOver]);
  } finally {
    clearTimeout(timer);
  }
}
