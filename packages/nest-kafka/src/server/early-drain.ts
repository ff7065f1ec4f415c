import { Logger } from '@nestjs/common';
import { NestApplicationContext } from '@nestjs/core';

/** Shared by all copies of this package, so that the hook is put in place once. */
const installed = Symbol.for('nest-kafka.early-drain');

/** Marks servers that want to be closed while all providers are still there. */
export const drainsEarly: unique symbol = Symbol.for('nest-kafka.drains-early');

interface Drainable {
  readonly [drainsEarly]: true;
  close(): Promise<unknown>;
}

/** The parts of Nest's applications that say which servers are theirs: a hybrid one has several, a microservice one. */
interface Application {
  readonly microservices?: readonly { readonly serverInstance?: unknown }[];
  readonly serverInstance?: unknown;
}

interface Hooks {
  callDestroyHook?(this: Application): Promise<void>;
  [installed]?: true;
}

/**
 * Has Kafka servers drained before Nest calls `onModuleDestroy()`, so that a handler in flight still finds its database.
 *
 * Nest closes the microservices of a hybrid application, and any microservice on a signal, only after that hook, and has no
 * hook before it; so this one is put around it. An application without a Kafka server of ours is not touched.
 */
export function drainBeforeDestroyHooks(): void {
  const hooks = NestApplicationContext.prototype as unknown as Hooks;
  const original = hooks.callDestroyHook;
  if (hooks[installed] === true || original === undefined) {
    return;
  }
  hooks.callDestroyHook = async function (this: Application) {
    await drain(this);
    await original.call(this);
  };
  hooks[installed] = true;
}

async function drain({ microservices = [], serverInstance }: Application): Promise<void> {
  const servers = [serverInstance, ...microservices.map(microservice => microservice.serverInstance)].filter(
    isDrainable,
  );
  for (const result of await Promise.allSettled(servers.map(server => server.close()))) {
    if (result.status === 'rejected') {
      // The other providers have to be destroyed all the same.
      Logger.error(result.reason, 'ServerKafka');
    }
  }
}

function isDrainable(server: unknown): server is Drainable {
  return typeof server === 'object' && server !== null && (server as Partial<Drainable>)[drainsEarly] === true;
}
