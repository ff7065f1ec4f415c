interface EpochStart {
  readonly epoch: number;
  readonly startOffset: number;
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
  private readonly entries: EpochStart[] = [];

  /** A leader of this epoch goes on from `startOffset`. */
  begin(epoch: number, startOffset: number): void {
    const last = this.entries.at(-1);
    if (last !== undefined && epoch <= last.epoch) return;
    while ((this.entries.at(-1)?.startOffset ?? -1) >= startOffset) this.entries.pop();
    this.entries.push({ epoch, startOffset });
  }

  /**
   * The largest epoch up to `epoch` that there are records of, and its end; undefined if `epoch` is later than all.
   * Before the first one there is nothing that both sides could share: its own start is the end.
   */
  endOf(epoch: number, logEndOffset: number): EpochEnd | undefined {
    const last = this.entries.at(-1);
    if (last === undefined || epoch > last.epoch) return undefined;
    if (epoch === last.epoch) return { leaderEpoch: epoch, endOffset: logEndOffset };
    const next = this.entries.findIndex(entry => entry.epoch > epoch);
    const endOffset = this.entries[next]!.startOffset;
    return { leaderEpoch: this.entries[next - 1]?.epoch ?? epoch, endOffset };
  }
}
