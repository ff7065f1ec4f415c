import type { EachMessagePayload } from '../driver/kafka-types.js';

type Callback = (reason: unknown) => void;

/** One listener a signal, however many wait: an AbortSignal takes longer for each that it has. */
const waiting = new WeakMap<AbortSignal, Set<Callback>>();

/**
 * Calls back when waiting for a record is of no use any more: its partition is being given up, or the server stops. With an
 * engine that does not tell, it never does.
 *
 * @returns what ends the wait
 */
export function whenGivenUp({ signal }: EachMessagePayload, callback: Callback): () => void {
  if (signal === undefined) {
    return () => undefined;
  }
  if (signal.aborted) {
    callback(signal.reason);
    return () => undefined;
  }
  const callbacks = callbacksOf(signal);
  callbacks.add(callback);
  return () => callbacks.delete(callback);
}

function callbacksOf(signal: AbortSignal): Set<Callback> {
  let callbacks = waiting.get(signal);
  if (callbacks === undefined) {
    const added = new Set<Callback>();
    callbacks = added;
    waiting.set(signal, added);
    signal.addEventListener('abort', () => {
      for (const callback of added) {
        callback(signal.reason);
      }
      added.clear();
    });
  }
  return callbacks;
}
