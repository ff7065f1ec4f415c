import { realClock } from '../clock.js';
import type { BrokerEvent, BrokerEventType } from '../events/broker-event.js';
import { EventStream, type BrokerEvents } from '../events/event-stream.js';
import type { ThreadLink } from './thread-link.js';

/** The events of a broker in another thread, which sends them while somebody listens here. */
export class WorkerEvents implements BrokerEvents {
  private readonly local = new EventStream(realClock);
  private isSubscribed = false;
  private isOver = false;

  constructor(private readonly link: Pick<ThreadLink, 'ask'>) {}

  on<Type extends BrokerEventType>(
    type: Type,
    listener: (event: Extract<BrokerEvent, { readonly type: Type }>) => void,
  ): () => void {
    this.subscribe();
    return this.local.on(type, listener);
  }

  [Symbol.asyncIterator](): AsyncIterator<BrokerEvent, undefined> {
    this.subscribe();
    return this.local[Symbol.asyncIterator]();
  }

  /** An event has come; its own time counts. */
  told(event: BrokerEvent): void {
    if (this.local.isHeard) this.local.emit(event);
    else this.unsubscribe();
  }

  close(): void {
    this.isOver = true;
    this.local.close();
  }

  /** Waited for: what happens from now on is not missed. */
  private subscribe(): void {
    if (this.isSubscribed || this.isOver) return;
    this.link.ask('beginEvents');
    this.isSubscribed = true;
  }

  private unsubscribe(): void {
    if (!this.isSubscribed || this.isOver) return;
    this.isSubscribed = false;
    this.link.ask('endEvents');
  }
}
