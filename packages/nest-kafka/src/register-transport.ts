import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { ServerFactory } from '@nestjs/microservices/server/server-factory.js';
import { ClientKafka } from './client/client-kafka.js';
import type { KafkaTransportOptions } from './options/transport-options.js';
import { ServerKafka } from './server/server-kafka.js';

/** Shared by all copies of this package, so that two of them do not wrap each other. */
const registered = Symbol.for('nest-kafka.registered');

interface Factory {
  create(options: never): unknown;
  [registered]?: true;
}

/**
 * Makes `Transport.KAFKA` this transport wherever Nest creates one from options: `createMicroservice()`,
 * `connectMicroservice()`, `ClientsModule`, `@Client()` and `ClientProxyFactory`. Other transports, `strategy` and
 * `customClass` are untouched. Calling it again does nothing.
 */
export function registerTransport(): void {
  intercept(ServerFactory as unknown as Factory, options => new ServerKafka(options));
  intercept(ClientProxyFactory as unknown as Factory, options => new ClientKafka(options));
}

function intercept(factory: Factory, create: (options: KafkaTransportOptions) => unknown): void {
  if (factory[registered] === true) {
    return;
  }
  const original = factory.create as (options: unknown) => unknown;
  factory.create = function (this: unknown, options: unknown) {
    return isKafka(options) ? create(options.options ?? {}) : original.call(this, options);
  };
  factory[registered] = true;
}

function isKafka(options: unknown): options is { options?: KafkaTransportOptions } {
  const { transport, customClass } = (options ?? {}) as { transport?: unknown; customClass?: unknown };
  return transport === Transport.KAFKA && customClass === undefined;
}
