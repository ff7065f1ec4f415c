interface EpochStart {
  readonly epoch: number;
  readonly startOffset: number;
}

interface LogRange {
  readonly startOffset: number;
  readonly endOffset: number;
}

/** Where an epoch ends, which is where the next one begins. */
export interface EpochEnd {
  readonly leaderEpoch: number;
  readonly endOffset: number;
}

/**
 * At which offset each leader epoch began (KIP-101), as Kafka keeps it beside a log.
 * Invariant: epochs and offsets rise strictly; an epoch in which nothing was written is replaced by the next one.
 * Memory: one entry for each epoch that has records, so no more than the log has batches.
 */
export class LeaderEpochHistory {
  private entries: EpochStart[] = [];

  /** The latest epoch; undefined if there was none. */
  get latest(): number | undefined {
    return this.entries.at(-1)?.epoch;
  }

  /** A leader of this epoch goes on from `startOffset`. */
  begin(epoch: number, startOffset: number): void {
    const last = this.entries.at(-1);
    if (last !== undefined && epoch <= last.epoch) return;
    while ((this.entries.at(-1)?.startOffset ?? -1) >= startOffset) this.entries.pop();
    this.entries.push({ epoch, startOffset });
  }

  /**
   * Of a log from `startOffset` to `endOffset`: the largest epoch up to `epoch` that there are records of, and its end; undefined if `epoch` is later than all.
   * Before the first one there is nothing that both sides could share: its own start is the end.
   */
  endOf(epoch: number, { startOffset, endOffset: logEndOffset }: LogRange): EpochEnd | undefined {
    this.dropBefore(startOffset);
    const last = this.entries.at(-1);
    if (last === undefined || epoch > last.epoch) return undefined;
    if (epoch === last.epoch) return { leaderEpoch: epoch, endOffset: logEndOffset };
    const next = this.entries.findIndex(entry => entry.epoch > epoch);
    const endOffset = this.entries[next]!.startOffset;
    return { leaderEpoch: this.entries[next - 1]?.epoch ?? epoch, endOffset };
  }

  /** Records from before `startOffset` are gone, and with them the epochs that ended there. */
  private dropBefore(startOffset: number): void {
    const [first] = this.entries;
    if (first === undefined || first.startOffset >= startOffset) return;
    const kept = Math.max(
      0,
      this.entries.findLastIndex(entry => entry.startOffset <= startOffset),
    );
    this.entries = this.entries.slice(kept);
    this.entries[0] = { epoch: this.entries[0]!.epoch, startOffset };
  }
}
