import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';
import type { Outcome, ThreadError } from './thread-messages.js';

/** Structured clones of errors lose their class and code: so they cross as data. */
export function toThreadError(error: unknown): ThreadError {
  if (EmbeddedKafkaError.is(error)) return { code: error.code, message: error.message };
  return { code: undefined, message: error instanceof Error ? error.message : String(error) };
}

export function fromThreadError({ code, message }: ThreadError): Error {
  return code === undefined ? new Error(message) : EmbeddedKafkaError.restored(code, message);
}

/** @throws what the broker's thread threw */
export function valueOf(outcome: Outcome): unknown {
  if ('error' in outcome) throw fromThreadError(outcome.error);
  return outcome.value;
}
