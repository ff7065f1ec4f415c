import type { ArgumentsHost } from '@nestjs/common';
import { RpcExceptionsHandler } from '@nestjs/microservices/exceptions/rpc-exceptions-handler.js';
import { isObservable, tap } from 'rxjs';
import { KafkaContext } from '../../server/kafka-context.js';

/** Shared by all copies of this package, so that they note in one place and put the hook in place once. */
const noted = Symbol.for('nest-kafka.exception-origins');

type Handle = (this: unknown, exception: unknown, host: ArgumentsHost, ...rest: unknown[]) => unknown;

interface Hooked {
  handle: Handle;
  [noted]?: WeakMap<object, unknown>;
}

/**
 * Has Nest's exceptions handler tell of each exception what it became. What handlers, pipes, guards and interceptors throw
 * reaches a transport only after the exception filters, which by default make `{ status, message }` of it, without a class.
 *
 * All exceptions of handlers pass through `handle()`, request-scoped ones too, in Nest 11 and 12 alike. Its result is passed
 * on as it is; filters see and do what they do without this.
 */
export function noteExceptionOrigins(): void {
  const hooked = RpcExceptionsHandler.prototype as unknown as Hooked;
  if (hooked[noted] !== undefined) {
    return;
  }
  const origins = new WeakMap<object, unknown>();
  const original = hooked.handle;
  hooked.handle = function (this: unknown, exception, host, ...rest) {
    if (!(host.switchToRpc().getContext<unknown>() instanceof KafkaContext)) {
      return original.call(this, exception, host, ...rest);
    }
    const note = (thrown: unknown): void => {
      if (typeof thrown === 'object' && thrown !== null && thrown !== exception) {
        origins.set(thrown, exception);
      }
    };
    let result: unknown;
    try {
      result = original.call(this, exception, host, ...rest);
    } catch (thrown) {
      note(thrown);
      throw thrown;
    }
    if (isObservable(result)) {
      return result.pipe(tap({ error: note }));
    }
    if (result instanceof Promise) {
      // Beside the promise that goes on to Nest, which rejects there.
      result.then(undefined, note);
    }
    return result;
  };
  hooked[noted] = origins;
}

/** What was thrown before exception filters made this of it; itself, if none did. */
export function originOf(thrown: unknown): unknown {
  const origins = (RpcExceptionsHandler.prototype as unknown as Hooked)[noted];
  return typeof thrown === 'object' && thrown !== null && origins?.has(thrown) === true ? origins.get(thrown) : thrown;
}
