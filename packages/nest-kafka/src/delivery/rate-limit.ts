/** Times that are kept at most; above that several tokens share one. */
const MAX_SLOTS = 16_384;

/**
 * At most `messages` in any `per` milliseconds; those who come too early wait in line.
 *
 * Invariants
 * - Who has entered earlier runs earlier.
 * - Memory is bounded by `MAX_SLOTS` times and by those who wait, whom the engine bounds.
 */
export class RateLimit {
  /** When each slot may be used again. */
  private readonly freeAt: Float64Array;
  private readonly tokensOfSlot: number;
  private slot = 0;
  private used = 0;
  private readonly line = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    messages: number,
    private readonly per: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    const slots = Math.min(messages, MAX_SLOTS);
    this.freeAt = new Float64Array(slots).fill(Number.NEGATIVE_INFINITY);
    this.tokensOfSlot = Math.floor(messages / slots);
  }

  get waiting(): number {
    return this.line.size;
  }

  /** Runs `task` at once or when it is its turn. @returns what takes it out of the line */
  enter(task: () => void): () => void {
    if (this.line.size === 0 && this.take()) {
      task();
      return () => undefined;
    }
    // Its own: the same function may wait more than once.
    const entry = (): void => task();
    this.line.add(entry);
    this.wait();
    return () => {
      this.line.delete(entry);
    };
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.line.clear();
  }

  private take(): boolean {
    const now = this.now();
    if (this.used === 0 && now < (this.freeAt[this.slot] ?? 0)) {
      return false;
    }
    this.used++;
    this.freeAt[this.slot] = now + this.per;
    if (this.used >= this.tokensOfSlot) {
      this.used = 0;
      this.slot = (this.slot + 1) % this.freeAt.length;
    }
    return true;
  }

  private wait(): void {
    if (this.timer === undefined && this.line.size > 0) {
      const delay = Math.max(1, Math.ceil((this.freeAt[this.slot] ?? 0) - this.now()));
      this.timer = setTimeout(() => this.serve(), delay);
    }
  }

  private serve(): void {
    this.timer = undefined;
    for (const task of this.line) {
      if (!this.take()) {
        break;
      }
      this.line.delete(task);
      task();
    }
    this.wait();
  }
}
