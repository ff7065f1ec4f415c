interface Waiter {
  readonly offset: bigint;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits of one partition that each record waits for. One is on its way at a time, for all who wait when it leaves.
 *
 * Invariant: offsets only grow; who waits for one that is covered already goes on at once.
 */
export class ReceiptCommits {
  private committed = -1n;
  private waiting: Waiter[] = [];
  private isCommitting = false;

  constructor(private readonly send: (offset: string) => Promise<void>) {}

  /** Resolves when `offset`, the next one to read, or a later one is committed. */
  commit(offset: bigint): Promise<void> {
    if (offset <= this.committed) {
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ offset, resolve, reject });
      if (!this.isCommitting) {
        this.isCommitting = true;
        // Those who come in the same turn go along.
        queueMicrotask(() => void this.run());
      }
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const going = this.waiting;
      this.waiting = [];
      const offset = going.reduce((most, waiter) => (waiter.offset > most ? waiter.offset : most), this.committed);
      try {
        if (offset > this.committed) {
          await this.send(String(offset));
          this.committed = offset;
        }
        going.forEach(({ resolve }) => resolve());
      } catch (error) {
        going.forEach(({ reject }) => reject(error));
      }
    }
    this.isCommitting = false;
  }
}
