import { InstrumentationEmitter } from '../instrumentation/instrumentation-emitter.js';
import { networkInstrumentation } from '../instrumentation/network-instrumentation.js';
import type { Logger } from '../logger/logger.js';
import type { NetworkListener } from '../wire/network-events.js';
import {
  CONSUMER_EVENTS,
  type ConsumerEventName,
  type ConsumerEventPayloads,
  type InstrumentationEvent,
} from './consumer-events.js';

/** A consumer's events, each with its payload's type. */
export class ConsumerEmitter {
  readonly #emitter: InstrumentationEmitter;
  /** What happens on the consumer's connections. */
  readonly network: NetworkListener;

  constructor(logger: Logger) {
    this.#emitter = new InstrumentationEmitter('consumer', CONSUMER_EVENTS, logger);
    this.network = networkInstrumentation(this.#emitter, CONSUMER_EVENTS);
  }

  /** @throws KafkaJSNonRetriableError for a name that is not an event */
  on<Name extends ConsumerEventName>(
    name: Name,
    listener: (event: InstrumentationEvent<ConsumerEventPayloads[Name]>) => void,
  ): () => void {
    return this.#emitter.on(name, listener);
  }

  hasListeners(name: ConsumerEventName): boolean {
    return this.#emitter.hasListeners(name);
  }

  emit<Name extends ConsumerEventName>(name: Name, payload: ConsumerEventPayloads[Name]): void {
    this.#emitter.emit(name, payload);
  }
}
