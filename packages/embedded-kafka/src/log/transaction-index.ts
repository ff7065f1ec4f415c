import { lastAtMost } from './log-segment.js';

/** A transaction whose records a `read_committed` consumer has to skip. */
export interface AbortedTransaction {
  readonly producerId: number;
  /** Of its first record in this partition. */
  readonly firstOffset: number;
  /** Of its marker. */
  readonly lastOffset: number;
}

interface IndexedAbort extends AbortedTransaction {
  /** When the marker was written: every transaction that began below it had ended by then. */
  readonly lastStableOffset: number;
}

/**
 * The transactions of one partition (KIP-98). Per producer: none -> open (its first record) -> none (its marker).
 * Invariants:
 * - `open` has each producer at most once, in the order of first offsets;
 * - `aborted` is in the order of the markers; an entry lives as long as its records;
 * - whatever lies below the first open transaction never changes its fate: that is the last stable offset.
 */
export class TransactionIndex {
  private readonly open = new Map<number, number>();
  private readonly aborted: IndexedAbort[] = [];
  /** `aborted[i].lastOffset`, to be searched. */
  private readonly markerOffsets: number[] = [];

  /** First offset of the earliest open transaction; undefined if none is open. */
  get firstOpenOffset(): number | undefined {
    const first = this.open.values().next();
    return first.done === true ? undefined : first.value;
  }

  /** First offset of this producer's open transaction; undefined if it has none. */
  openedAt(producerId: number): number | undefined {
    return this.open.get(producerId);
  }

  begin(producerId: number, firstOffset: number): void {
    this.open.set(producerId, firstOffset);
  }

  /** A marker without a transaction changes nothing: its producer was added, but wrote nothing here. */
  end(producerId: number, markerOffset: number, committed: boolean): void {
    const firstOffset = this.open.get(producerId);
    if (firstOffset === undefined) return;
    this.open.delete(producerId);
    if (committed) return;
    const lastStableOffset = this.firstOpenOffset ?? markerOffset + 1;
    this.aborted.push({ producerId, firstOffset, lastOffset: markerOffset, lastStableOffset });
    this.markerOffsets.push(markerOffset);
  }

  /** Forgets the aborted transactions that end below `offset`: their records are gone. */
  forgetBefore(offset: number): void {
    const count = lastAtMost(this.markerOffsets, offset - 1) + 1;
    this.aborted.splice(0, count);
    this.markerOffsets.splice(0, count);
  }

  /** Forgets the aborted transaction that this marker has ended: nothing of it is left. */
  forgetMarker(offset: number): void {
    const index = this.markerOffsets.indexOf(offset);
    if (index < 0) return;
    this.aborted.splice(index, 1);
    this.markerOffsets.splice(index, 1);
  }

  /** Whether there is any aborted transaction whose marker is at `from` or later. */
  hasAbortedSince(from: number): boolean {
    return (this.markerOffsets.at(-1) ?? -1) >= from;
  }

  /** Aborted transactions with records or a marker in `[from, to)`, in the order of their markers. */
  abortedWithin(from: number, to: number): AbortedTransaction[] {
    const found: AbortedTransaction[] = [];
    for (let index = lastAtMost(this.markerOffsets, from - 1) + 1; index < this.aborted.length; index++) {
      const abort = this.aborted[index]!;
      if (abort.firstOffset < to) found.push(abort);
      if (abort.lastStableOffset >= to) break;
    }
    return found;
  }
}
