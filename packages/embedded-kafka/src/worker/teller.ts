import type { FromThread, Told } from './thread-messages.js';

/** Kept for a thread that does not listen, beyond which the oldest are dropped, and counted. */
const MAX_KEPT = 10_000;

/**
 * Tells the other thread of events and logs, in bounded memory: a batch is sent when the last one was heard. So a thread that is
 * busy for long costs no more than what is kept here, and learns how much it has missed.
 */
export class Teller {
  private kept: Told[] = [];
  private dropped = 0;
  private isHeard = true;

  constructor(private readonly send: (message: FromThread) => void) {}

  tell(item: Told): void {
    if (this.kept.push(item) > MAX_KEPT) {
      this.kept.shift();
      this.dropped++;
    }
    this.flush();
  }

  /** The other thread has passed on what it was told last. */
  heard(): void {
    this.isHeard = true;
    this.flush();
  }

  private flush(): void {
    if (!this.isHeard || this.kept.length === 0) return;
    const items = this.dropped > 0 ? [{ dropped: this.dropped }, ...this.kept] : this.kept;
    this.kept = [];
    this.dropped = 0;
    this.isHeard = false;
    this.send({ type: 'told', items });
  }
}
