import type { Clock } from '../clock.js';
import type { BrokerEvent, BrokerEventType } from './broker-event.js';

/** Events that an iterator keeps for its reader, beyond which the oldest are dropped. */
const KEPT = 10_000;

type OfType<Type extends BrokerEventType> = Extract<BrokerEvent, { readonly type: Type }>;
type WithoutTime<Event> = Event extends BrokerEvent ? Omit<Event, 'at'> : never;

/** What a reader of all events can do. */
export interface BrokerEvents extends AsyncIterable<BrokerEvent> {
  /** Calls `listener` with every event of this type, as it happens; what it throws is its own affair. @returns ends it */
  on<Type extends BrokerEventType>(type: Type, listener: (event: OfType<Type>) => void): () => void;
  /** All events from now on, until the broker stops. A reader that is 10,000 events behind misses the oldest. */
  [Symbol.asyncIterator](): AsyncIterator<BrokerEvent, undefined>;
}

/** Tells of everything that happens. Costs nothing while nobody listens. */
export class EventStream implements BrokerEvents {
  private readonly listeners = new Set<(event: BrokerEvent) => void>();
  private readonly closers = new Set<() => void>();

  constructor(private readonly clock: Clock) {}

  /** Whether anybody listens: before an event is made. */
  get isHeard(): boolean {
    return this.listeners.size > 0;
  }

  emit(event: WithoutTime<BrokerEvent>): void {
    if (!this.isHeard) return;
    const told: BrokerEvent = { at: this.clock.now(), ...event };
    for (const listener of this.listeners) listener(told);
  }

  on<Type extends BrokerEventType>(type: Type, listener: (event: OfType<Type>) => void): () => void {
    const filtered = (event: BrokerEvent): void => {
      if (event.type !== type) return;
      // Never in the way of the broker: an error surfaces as an uncaught one of the listener.
      try {
        listener(event as OfType<Type>);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    };
    this.listeners.add(filtered);
    return () => this.listeners.delete(filtered);
  }

  [Symbol.asyncIterator](): AsyncIterator<BrokerEvent, undefined> {
    const kept: BrokerEvent[] = [];
    const waiting: ((result: IteratorResult<BrokerEvent, undefined>) => void)[] = [];
    let isOver = false;
    const listener = (event: BrokerEvent): void => {
      const reader = waiting.shift();
      if (reader) return reader({ done: false, value: event });
      if (kept.push(event) > KEPT) kept.shift();
      return undefined;
    };
    const end = (): void => {
      isOver = true;
      this.listeners.delete(listener);
      this.closers.delete(end);
      for (const reader of waiting.splice(0)) reader({ done: true, value: undefined });
    };
    this.listeners.add(listener);
    this.closers.add(end);
    return {
      next: () => {
        const value = kept.shift();
        if (value !== undefined) return Promise.resolve({ done: false, value });
        if (isOver) return Promise.resolve({ done: true, value: undefined });
        return new Promise(resolve => waiting.push(resolve));
      },
      return: () => {
        kept.length = 0;
        end();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  /** Iterators end after what they have kept. */
  close(): void {
    for (const end of this.closers) end();
    this.listeners.clear();
  }
}
