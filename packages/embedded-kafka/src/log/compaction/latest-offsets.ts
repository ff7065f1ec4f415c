/** Bounds what a round of cleaning holds in memory: what does not fit is for the next round. */
const MAX_KEYS = 1_000_000;

/** The last offset of each key, as far as a round of cleaning looks. */
export class LatestOffsets {
  private readonly offsets = new Map<string, number>();

  get isFull(): boolean {
    return this.offsets.size >= MAX_KEYS;
  }

  set(key: Buffer, offset: number): void {
    this.offsets.set(key.toString('latin1'), offset);
  }

  /** Whether a later record has the same key. */
  isSuperseded(key: Buffer, offset: number): boolean {
    return offset < (this.offsets.get(key.toString('latin1')) ?? -1);
  }
}
