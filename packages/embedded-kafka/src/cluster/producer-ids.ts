/** Sets producer ids aside, so that nobody else gets them. */
export type ProducerIdBlocks = () => { readonly first: number; readonly count: number };

/** Hands out producer ids (InitProducerId). */
export class ProducerIds {
  private next = 0;
  private end = 0;

  /** Default: from 0 on, without end. */
  constructor(private readonly blocks: ProducerIdBlocks = () => ({ first: 0, count: Infinity })) {}

  take(): bigint {
    if (this.next >= this.end) {
      const { first, count } = this.blocks();
      this.next = first;
      this.end = first + count;
    }
    return BigInt(this.next++);
  }
}
