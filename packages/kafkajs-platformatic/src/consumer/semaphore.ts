/** Bounds how many partitions are handled at once; waiters are served in the order they came. */
export class Semaphore {
  #free: number;
  readonly #waiters: (() => void)[] = [];

  constructor(permits: number) {
    this.#free = permits;
  }

  /** `undefined` if a permit was free, so that an unbounded consumer pays nothing for this. */
  acquire(): Promise<void> | undefined {
    if (this.#free > 0) {
      this.#free--;
      return undefined;
    }
    return new Promise(resolve => this.#waiters.push(resolve));
  }

  release(): void {
    const next = this.#waiters.shift();
    if (next === undefined) {
      this.#free++;
    } else {
      next();
    }
  }
}
