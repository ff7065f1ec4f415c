import type { Logger } from '../logger/logger.js';
import type { ConsumerEmitter } from './consumer-emitter.js';
import type { ConsumerOptions } from './consumer-options.js';
import type { HandlerFailure } from './partition-loop.js';
import { rootOf } from './recoverable.js';

export interface HandlerFailuresPorts {
  readonly options: Pick<ConsumerOptions, 'groupId' | 'retry' | 'restartOnFailure'>;
  readonly emitter: ConsumerEmitter;
  readonly logger: Logger;
  /** The application does not want to go on after `error`. */
  onCrash(error: Error): void;
}

/** Tells of a failed delivery. After `retry.retries` of them the application is asked whether to go on, each time. */
export async function reportFailure(failure: HandlerFailure, ports: HandlerFailuresPorts): Promise<void> {
  const { options, emitter, logger } = ports;
  const { partition, offset, attempt, retryTime, error } = failure;
  const { topic, partition: id } = partition;
  const { groupId } = options;
  emitter.emit('consumer.handler_failed', { groupId, topic, partition: id, offset, attempt, retryTime, error });
  if (attempt <= options.retry.retries || options.restartOnFailure === null) {
    return;
  }
  const goOn = await options.restartOnFailure(error).catch((cause: unknown) => {
    logger.error('Caught error when invoking user-provided "restartOnFailure" callback. Defaulting to going on.', {
      error: rootOf(cause).message,
      cause: error.message,
    });
    return true;
  });
  if (!goOn) {
    ports.onCrash(error);
  }
}
