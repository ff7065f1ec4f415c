import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import type { Logger } from '../logger/logger.js';

/** What a listener of `producer.on`, `consumer.on`, `admin.on` or `reader.on` receives. */
export interface InstrumentationEvent<Payload> {
  id: string;
  type: string;
  /** Milliseconds since the epoch. */
  timestamp: number;
  payload: Payload;
}

export type InstrumentationListener<Payload> = (event: InstrumentationEvent<Payload>) => void;

let lastId = 0;

/** KafkaJS's events. A listener that throws is logged; it never disturbs the client. */
export class InstrumentationEmitter {
  readonly #owner: string;
  readonly #events: Readonly<Record<string, string>>;
  readonly #logger: Logger;
  readonly #listeners = new Map<string, Set<InstrumentationListener<never>>>();

  /** @param owner "producer", "consumer", "admin" or "reader". @param events its event names by constant. */
  constructor(owner: string, events: Readonly<Record<string, string>>, logger: Logger) {
    this.#owner = owner;
    this.#events = events;
    this.#logger = logger;
  }

  /** Returns a function that removes the listener. @throws KafkaJSNonRetriableError for an unknown event. */
  on<Payload>(eventName: string, listener: InstrumentationListener<Payload>): () => void {
    if (!Object.values(this.#events).includes(eventName)) {
      const names = Object.keys(this.#events).map(key => `${this.#owner}.events.${key}`);
      throw new KafkaJSNonRetriableError(`Event name should be one of ${names.join(', ')}`);
    }
    const listeners = this.#listeners.get(eventName) ?? new Set();
    this.#listeners.set(eventName, listeners);
    // A wrapper, so that one function added twice is two listeners.
    const entry: InstrumentationListener<never> = event => listener(event);
    listeners.add(entry);
    return () => {
      listeners.delete(entry);
    };
  }

  hasListeners(eventName: string): boolean {
    return (this.#listeners.get(eventName)?.size ?? 0) > 0;
  }

  emit(eventName: string, payload: unknown): void {
    const listeners = this.#listeners.get(eventName);
    if (listeners === undefined || listeners.size === 0) {
      return;
    }
    lastId += 1;
    const event = { id: String(lastId), type: eventName, timestamp: Date.now(), payload };
    for (const listener of listeners) {
      void this.#call(listener as InstrumentationListener<unknown>, event);
    }
  }

  async #call(listener: InstrumentationListener<unknown>, event: InstrumentationEvent<unknown>): Promise<void> {
    try {
      await listener(event);
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      this.#logger.error(`Failed to execute listener: ${message}`, { eventName: event.type, stack });
    }
  }
}
