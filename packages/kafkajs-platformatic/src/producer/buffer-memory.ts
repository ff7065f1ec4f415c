/** Bytes of messages that are not acknowledged yet. Whoever asks for more than is left waits, first come first served. */
export class BufferMemory {
  readonly #limit: number;
  #used = 0;
  readonly #waiting: { readonly size: number; readonly resolve: () => void }[] = [];

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** Takes the bytes if they are there and nobody waits. A single request beyond the limit is let in when all is free. */
  tryReserve(size: number): boolean {
    if (this.#waiting.length > 0 || !this.#hasRoom(size)) {
      return false;
    }
    this.#used += size;
    return true;
  }

  /** Takes the bytes as soon as they are there. */
  reserve(size: number): Promise<void> {
    if (this.tryReserve(size)) {
      return Promise.resolve();
    }
    return new Promise(resolve => {
      this.#waiting.push({ size, resolve });
    });
  }

  release(size: number): void {
    this.#used -= size;
    let next = this.#waiting[0];
    while (next !== undefined && this.#hasRoom(next.size)) {
      this.#waiting.shift();
      this.#used += next.size;
      next.resolve();
      next = this.#waiting[0];
    }
  }

  #hasRoom(size: number): boolean {
    return this.#used === 0 || this.#used + size <= this.#limit;
  }
}
