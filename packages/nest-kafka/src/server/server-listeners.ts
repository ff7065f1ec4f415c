import type { LoggerService } from '@nestjs/common';
import type { KafkaParser, MessageHandler } from '@nestjs/microservices';
import type { DeliveryRuntime, HandlerPauses } from '../delivery/delivery-runtime.js';
import type { HandleRecord } from '../delivery/handle-record.js';
import { Listeners } from '../delivery/listeners.js';
import type { DeliveryObserver } from '../delivery/observation/delivery-observer.js';
import type { KafkaDriver } from '../driver/kafka-driver.js';
import type { Consumer, Producer } from '../driver/kafka-types.js';
import { NotConnectedError } from '../errors/not-connected.error.js';
import { parseIncoming } from '../incoming/incoming-message.js';
import { DEFAULT_GRACE_PERIOD } from '../options/defaults.js';
import type { KafkaTransportOptions } from '../options/transport-options.js';
import { patternOf } from './regexp-handlers.js';

/** The connections of a server; `null` while it does not listen. */
interface Connections {
  client: KafkaDriver | null;
  consumer: Consumer | null;
  producer: Producer | null;
}

export interface ListeningServer {
  readonly server: { handleMessage: HandleRecord };
  readonly options: KafkaTransportOptions;
  readonly groupId: string;
  readonly logger: LoggerService;
  readonly observer: DeliveryObserver;
  readonly pauses: HandlerPauses;
  readonly parser: KafkaParser;
  readonly handlers: Map<string, MessageHandler>;
  connections(): Connections;
  readonly read: DeliveryRuntime['read'];
  readonly handle: DeliveryRuntime['handle'];
  readonly serialize: DeliveryRuntime['serialize'];
}

/**
 * What a server does with the records of each topic, by the policies of its handlers.
 *
 * @throws InvalidOptionsError with everything that is wrong with them.
 */
export function serverListeners(parts: ListeningServer): Listeners {
  const { server, options, groupId, logger, observer, pauses, parser, handlers, connections, read, handle, serialize } =
    parts;
  return new Listeners({
    owner: server.constructor.name,
    handlers,
    defaults: options.delivery,
    runtime: {
      groupId,
      consumerConfig: options.consumer ?? {},
      gracePeriod: options.gracePeriod ?? DEFAULT_GRACE_PERIOD,
      logger,
      observer,
      pauses,
      client: () => connected(connections().client, 'client'),
      consumer: () => connected(connections().consumer, 'consumer'),
      producer: () => connected(connections().producer, 'producer'),
      parse: payload => parseIncoming(parser, payload),
      read,
      handle,
      serialize,
      options,
    },
    handle: (payload, attempt) => server.handleMessage(payload, attempt),
    patternOf: topic => patternOf(handlers, topic),
  });
}

function connected<T>(part: T | null, name: 'client' | 'consumer' | 'producer'): T {
  if (part === null) {
    throw new NotConnectedError(name, '"listen"');
  }
  return part;
}
