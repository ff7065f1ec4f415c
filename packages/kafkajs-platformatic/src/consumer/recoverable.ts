import { KafkaJSNumberOfRetriesExceeded } from '../errors/client-errors.js';
import { KafkaJSError } from '../errors/kafkajs-error.js';

/** What a layer below gave up on, without the wrapper that says so: here nothing is given up on. */
export function rootOf(error: unknown): Error {
  if (error instanceof KafkaJSNumberOfRetriesExceeded && error.cause !== undefined) {
    return rootOf(error.cause);
  }
  return error instanceof Error ? error : new Error(String(error));
}

/** True if the cluster may answer differently later. */
export function isRecoverable(error: unknown): boolean {
  const root = rootOf(error);
  return root instanceof KafkaJSError && root.retriable;
}
