import type { LoggerService } from '@nestjs/common';
import type { Consumer } from '../driver/kafka-types.js';
import { stopConsumer } from './stop-consumer.js';

/** What is drained, and for how long. */
export interface Draining {
  groupId: string;
  /** Milliseconds. */
  gracePeriod: number;
  /** Messages whose handling or reply is not done. */
  unfinished(): number;
  logger: LoggerService;
}

/** Stops a consumer, and says in the log what it left to be delivered again. */
export async function drainConsumer(
  consumer: Consumer,
  { groupId, gracePeriod, unfinished, logger }: Draining,
): Promise<void> {
  const onLateError = (error: unknown): void => logger.error(error);
  if (!(await stopConsumer(consumer, gracePeriod, onLateError))) {
    logger.warn(
      `${unfinished()} message(s) of group "${groupId}" were still being handled after the grace period of ${gracePeriod} ms; ` +
        'they are not committed and will be delivered again. Allow more with the option gracePeriod.',
    );
  }
}
