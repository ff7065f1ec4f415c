/** The longest time between two signs of life, from the start of the load on. */
export class Silence {
  private since: number | undefined;
  private longestSoFar = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** From now on there is something to be heard. */
  begin(): void {
    this.since = this.now();
  }

  heard(): void {
    this.measure();
    if (this.since !== undefined) {
      this.since = this.now();
    }
  }

  /** Nothing more is to come: the silence that lasts until now counts, one that begins now does not. */
  end(): void {
    this.measure();
    this.since = undefined;
  }

  get longest(): number {
    return this.longestSoFar;
  }

  private measure(): void {
    if (this.since !== undefined) {
      this.longestSoFar = Math.max(this.longestSoFar, this.now() - this.since);
    }
  }
}
