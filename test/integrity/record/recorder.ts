import { Ledger } from './ledger.js';
import { Silence } from './silence.js';

export interface Summary {
  /** Milliseconds from the start of the load until everything had settled. */
  readonly duration: number;
  readonly emitted: number;
  readonly acknowledged: number;
  /** Acknowledged and never handled: what must not be. */
  readonly lost: number;
  /** Deliveries of events, and of those how many were not the first one of theirs. */
  readonly handled: number;
  readonly duplicates: number;
  /** Acknowledged events that were first handled after a later one of their key. */
  readonly disordered: number;
  readonly failedEmits: number;
  readonly requests: number;
  readonly answered: number;
  readonly failedRequests: number;
  /** Emits and requests of which nothing was ever heard. */
  readonly unsettled: number;
  /** The longest time without any event handled, and without any request answered, milliseconds. */
  readonly longestSilence: { readonly events: number; readonly requests: number };
  /** The longest that one event took until it was handled, and one request until it was answered, milliseconds. */
  readonly slowest: { readonly events: number; readonly requests: number };
}

/** Knows every event and every request of a run by its number, whatever became of it. */
export class Recorder {
  readonly events = new Ledger();
  readonly requests = new Ledger();
  private readonly silence = { events: new Silence(), requests: new Silence() };
  private startedAt = Date.now();
  private settledAt: number | undefined;

  /** The load is on. */
  loadStarted(): void {
    this.startedAt = Date.now();
    this.silence.events.begin();
    this.silence.requests.begin();
  }

  handled(id: number): void {
    this.events.handle(id);
    this.silence.events.heard();
  }

  answered(id: number): void {
    this.requests.acknowledge(id);
    this.silence.requests.heard();
  }

  /** No more requests, and all have settled. Events may still be on their way to handlers. */
  loadEnded(losesByDesign: boolean): void {
    this.silence.requests.end();
    if (this.isQuiet || losesByDesign) {
      this.silence.events.end();
    }
  }

  /** Nothing more is waited for. */
  settled(): void {
    this.settledAt = Date.now();
    this.silence.events.end();
  }

  /** True when nothing acknowledged is still to be handled. */
  get isQuiet(): boolean {
    return this.events.unhandled === 0;
  }

  summary(): Summary {
    const { events, requests, silence } = this;
    return {
      duration: (this.settledAt ?? Date.now()) - this.startedAt,
      emitted: events.begun,
      acknowledged: events.acknowledged,
      lost: events.unhandled,
      handled: events.handled,
      duplicates: events.duplicates,
      disordered: events.disordered().length,
      failedEmits: events.failed,
      requests: requests.begun,
      answered: requests.acknowledged,
      failedRequests: requests.failed,
      unsettled: events.unsettled + requests.unsettled,
      longestSilence: { events: silence.events.longest, requests: silence.requests.longest },
      slowest: { events: events.slowestHandled, requests: requests.slowestAcknowledged },
    };
  }
}
