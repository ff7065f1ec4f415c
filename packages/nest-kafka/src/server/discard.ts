import type { LoggerService } from '@nestjs/common';
import type { Consumer, Producer } from '../driver/kafka-types.js';
import { messageOf } from '../errors/message-of.js';

/** Closes what a start that failed had opened. What cannot be closed is logged: the reason to report is the start's. */
export async function discard(opened: readonly (Consumer | Producer | null)[], logger: LoggerService): Promise<void> {
  const results = await Promise.allSettled(opened.map(connection => connection?.disconnect()));
  for (const result of results) {
    if (result.status === 'rejected') {
      logger.warn(`A connection of the server that failed to start could not be closed: ${messageOf(result.reason)}`);
    }
  }
}
