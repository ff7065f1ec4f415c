import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import type { Logger } from '../logger/logger.js';
import {
  CONSUMER_EVENTS,
  type ConsumerEventName,
  type ConsumerEventPayloads,
  type InstrumentationEvent,
} from './consumer-events.js';

type Listener = (event: InstrumentationEvent<never>) => unknown;

const EVENT_NAMES: ReadonlySet<string> = new Set(Object.values(CONSUMER_EVENTS));

/** Delivers a consumer's events. A listener that fails is logged and harms nobody else. */
export class ConsumerEmitter {
  readonly #logger: Logger;
  readonly #listeners = new Map<ConsumerEventName, Set<Listener>>();
  #nextId = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @throws KafkaJSNonRetriableError for a name that is not an event */
  on<Name extends ConsumerEventName>(
    name: Name,
    listener: (event: InstrumentationEvent<ConsumerEventPayloads[Name]>) => unknown,
  ): () => void {
    if (!EVENT_NAMES.has(name)) {
      const known = Object.keys(CONSUMER_EVENTS).map(key => `consumer.events.${key}`);
      throw new KafkaJSNonRetriableError(`Event name should be one of ${known.join(', ')}`);
    }
    let listeners = this.#listeners.get(name);
    if (listeners === undefined) {
      this.#listeners.set(name, (listeners = new Set()));
    }
    // A wrapper, so that one function added twice is two listeners.
    const entry: Listener = event => listener(event);
    listeners.add(entry);
    return () => void listeners.delete(entry);
  }

  hasListeners(name: ConsumerEventName): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  emit<Name extends ConsumerEventName>(name: Name, payload: ConsumerEventPayloads[Name]): void {
    const listeners = this.#listeners.get(name);
    if (listeners === undefined || listeners.size === 0) {
      return;
    }
    const event = { id: String(this.#nextId++), type: name, timestamp: Date.now(), payload };
    for (const listener of listeners) {
      void this.#call(listener, event);
    }
  }

  async #call(listener: Listener, event: InstrumentationEvent<unknown>): Promise<void> {
    try {
      await listener(event as InstrumentationEvent<never>);
    } catch (error) {
      const { message, stack } = error as Error;
      this.#logger.error(`Failed to execute listener: ${message}`, { eventName: event.type, stack });
    }
  }
}
