import type { DeliveryLifecycle } from './delivery-runtime.js';

/** What the stages of a server do at its start, in the order of their announcement, and at its end, in the reverse. */
export class LifecycleTasks implements DeliveryLifecycle {
  private readonly starts: (() => Promise<void> | void)[] = [];
  private readonly stops: (() => Promise<void>)[] = [];
  private readonly controller = new AbortController();

  get closing(): AbortSignal {
    return this.controller.signal;
  }

  onStart(task: () => Promise<void> | void): void {
    this.starts.push(task);
  }

  onStop(task: () => Promise<void>): void {
    this.stops.push(task);
  }

  async start(): Promise<void> {
    for (const task of this.starts) {
      await task();
    }
  }

  beginClosing(): void {
    this.controller.abort();
  }

  async stop(): Promise<void> {
    for (const task of this.stops.toReversed()) {
      await task();
    }
  }
}
