import type { Transport } from '@nestjs/microservices';
import type { KafkaContext } from './kafka-context.js';

/** Nest's hook that runs around a message: it must call `done`, at once or later. */
export type ProcessingStartHook = (
  transportId: Transport | symbol,
  context: KafkaContext,
  done: () => Promise<unknown>,
) => unknown;

/**
 * Runs `work` inside the processing start hook, and settles when the work has: also for hooks that do not pass on the
 * promise of `done()`, because an offset must not be committed before its handler has ended.
 *
 * A hook that returns a promise and resolves it without having called `done` has decided to skip the message.
 */
export function runInStartHook(
  hook: ProcessingStartHook,
  transportId: Transport | symbol,
  context: KafkaContext,
  work: () => Promise<void>,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let begun = false;
    const returned = hook(transportId, context, () => {
      begun = true;
      const promise = work();
      promise.then(resolve, reject);
      return promise;
    });
    if (returned instanceof Promise) {
      returned.then(() => {
        if (!begun) {
          resolve();
        }
      }, reject);
    }
  });
}

/** Nest's end hook runs once a message, however many ways lead to its end. */
export function once(hook: () => void): () => void {
  let called = false;
  return () => {
    if (!called) {
      called = true;
      hook();
    }
  };
}

export function ignoreEnd(): void {
  // Nobody asked to be told.
}
