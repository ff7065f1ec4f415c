/** `offset.metadata.max.bytes` of a broker, if nobody has changed it. */
const MAX_METADATA = 4_096;
const MARK = 'nest-kafka:replayed:';

/**
 * Which messages of one partition have been replayed: all before `next`, and some beyond. A group's committed offset and its
 * metadata remember it: `nest-kafka:replayed:12-15,20`.
 *
 * Invariants
 * - What is not replayed is never said to be.
 * - `beyond` holds ranges with both ends included, ascending, with gaps between them and before the first.
 */
export class ReplayedOffsets {
  private readonly beyond: { from: bigint; to: bigint }[] = [];

  constructor(
    /** Every message before it has been replayed, or is not there. */
    private next: bigint,
    metadata: string | null = null,
  ) {
    if (metadata?.startsWith(MARK) === true) {
      for (const [, from = '0', to = from] of metadata.slice(MARK.length).matchAll(/(\d+)(?:-(\d+))?/g)) {
        for (const range of [{ from: BigInt(from), to: BigInt(to) }]) {
          if (range.from >= this.next && range.from <= range.to) {
            this.beyond.push(range);
          }
        }
      }
      this.beyond.sort((a, b) => (a.from < b.from ? -1 : 1));
    }
    this.advance();
  }

  /** To be committed. */
  get committed(): bigint {
    return this.next;
  }

  has(offset: bigint): boolean {
    return offset < this.next || this.beyond.some(({ from, to }) => from <= offset && offset <= to);
  }

  add(offset: bigint): void {
    if (this.has(offset)) {
      return;
    }
    const at = this.beyond.findIndex(({ from }) => from > offset);
    const place = at === -1 ? this.beyond.length : at;
    const [before, after] = [this.beyond[place - 1], this.beyond[place]];
    if (before !== undefined && before.to + 1n === offset) {
      before.to = offset;
      if (after !== undefined && after.from === offset + 1n) {
        before.to = after.to;
        this.beyond.splice(place, 1);
      }
    } else if (after !== undefined && after.from === offset + 1n) {
      after.from = offset;
    } else {
      this.beyond.splice(place, 0, { from: offset, to: offset });
    }
    this.advance();
  }

  /** Nothing is in between: retention has deleted it, or it is no message. */
  skipTo(offset: bigint): void {
    if (offset > this.next) {
      this.next = offset;
      while (this.beyond[0] !== undefined && this.beyond[0].to < this.next) {
        this.beyond.shift();
      }
      this.advance();
    }
  }

  /** As much as a broker takes; `isComplete` is `false` if the rest would be replayed again. */
  metadata(): { text: string | null; isComplete: boolean } {
    let text = '';
    for (const { from, to } of this.beyond) {
      const part = (text === '' ? MARK : ',') + (from === to ? String(from) : `${from}-${to}`);
      if (text.length + part.length > MAX_METADATA) {
        return { text, isComplete: false };
      }
      text += part;
    }
    return { text: text === '' ? null : text, isComplete: true };
  }

  private advance(): void {
    const [first] = this.beyond;
    if (first !== undefined && first.from <= this.next) {
      this.next = first.to + 1n > this.next ? first.to + 1n : this.next;
      this.beyond.shift();
      this.advance();
    }
  }
}
