/*
 * What became of each message of a run, by its number. An hour at full rate is millions of them, so a message costs a few
 * bytes outside of the heap, and nothing on it: a run that looks for a leak must not be one.
 */
const ACKNOWLEDGED = 1;
const FAILED = 2;
const MOST_HANDLED = 255;
/** Of how many failures and early deliveries the details are kept. */
const DETAILS = 10_000;

/** A message in trouble. Times are milliseconds since the epoch. */
export interface Trouble {
  readonly id: number;
  readonly startedAt: number;
  readonly failedAt?: number;
  readonly error?: string;
}

export class Ledger {
  /** How many were begun, acknowledged, failed; deliveries of all, and of these how many were not the first. */
  begun = 0;
  acknowledged = 0;
  failed = 0;
  handled = 0;
  duplicates = 0;
  /** The longest that one took from its beginning until it was first handled, or acknowledged; milliseconds. */
  slowestHandled = 0;
  slowestAcknowledged = 0;
  /** Acknowledged and not handled yet: lost, if it stays so. */
  unhandled = 0;

  private readonly epoch = Date.now();
  private startedAt = new Uint32Array(1_024);
  private state = new Uint8Array(1_024);
  private deliveries = new Uint8Array(1_024);
  private readonly failures = new Map<number, Trouble>();
  private readonly latestOfKey = new Map<number, number>();
  private readonly late: number[] = [];
  private keyOf = new Uint16Array(1_024);

  /** @returns the number of the new message */
  begin(key: number): number {
    const id = this.begun++;
    if (id === this.state.length) {
      this.grow();
    }
    this.startedAt[id] = Date.now() - this.epoch;
    this.keyOf[id] = key;
    return id;
  }

  acknowledge(id: number): void {
    this.check(id);
    this.state[id] = (this.state[id] ?? 0) | ACKNOWLEDGED;
    this.acknowledged++;
    this.slowestAcknowledged = Math.max(this.slowestAcknowledged, this.age(id));
    if (this.deliveries[id] === 0) {
      this.unhandled++;
    }
  }

  fail(id: number, error: unknown): void {
    this.check(id);
    this.state[id] = (this.state[id] ?? 0) | FAILED;
    this.failed++;
    if (this.failures.size < DETAILS) {
      this.failures.set(id, { ...this.trouble(id), failedAt: Date.now(), error: String(error) });
    }
  }

  handle(id: number): void {
    this.check(id);
    this.handled++;
    const before = this.deliveries[id] ?? 0;
    this.deliveries[id] = Math.min(before + 1, MOST_HANDLED);
    if (before > 0) {
      this.duplicates++;
      return;
    }
    if (this.isAcknowledged(id)) {
      this.unhandled--;
    }
    this.slowestHandled = Math.max(this.slowestHandled, this.age(id));
    const key = this.keyOf[id] ?? 0;
    const latest = this.latestOfKey.get(key) ?? -1;
    if (id > latest) {
      this.latestOfKey.set(key, id);
    } else if (this.late.length < DETAILS) {
      this.late.push(id);
    }
  }

  /** What has neither been acknowledged nor failed. */
  get unsettled(): number {
    return this.begun - this.acknowledged - this.failed;
  }

  /** Acknowledged, and handled for the first time after a later one of its key. One that failed for its sender may come late. */
  disordered(): Trouble[] {
    return this.late.filter(id => this.isAcknowledged(id)).map(id => this.trouble(id));
  }

  /** Acknowledged and never handled. */
  lost(): Trouble[] {
    return this.all(id => this.isAcknowledged(id) && this.deliveries[id] === 0);
  }

  /** How many of those that were begun after this moment have been acknowledged. */
  acknowledgedSince(moment: number): number {
    let count = 0;
    for (let id = this.begun - 1; id >= 0 && this.epoch + (this.startedAt[id] ?? 0) > moment; id--) {
      count += this.isAcknowledged(id) ? 1 : 0;
    }
    return count;
  }

  /** Neither acknowledged nor failed. */
  open(): Trouble[] {
    return this.all(id => this.state[id] === 0);
  }

  failedOnes(): Trouble[] {
    return [...this.failures.values()];
  }

  private all(matches: (id: number) => boolean): Trouble[] {
    const found: Trouble[] = [];
    for (let id = 0; id < this.begun; id++) {
      if (matches(id)) {
        found.push(this.trouble(id));
      }
    }
    return found;
  }

  private isAcknowledged(id: number): boolean {
    return ((this.state[id] ?? 0) & ACKNOWLEDGED) !== 0;
  }

  private trouble(id: number): Trouble {
    return { id, startedAt: this.epoch + (this.startedAt[id] ?? 0) };
  }

  private age(id: number): number {
    return Date.now() - this.epoch - (this.startedAt[id] ?? 0);
  }

  private check(id: number): void {
    if (!(id >= 0 && id < this.begun)) {
      throw new Error(`${id} is of another run, or was never sent`);
    }
  }

  private grow(): void {
    const length = this.state.length * 2;
    this.startedAt = copied(new Uint32Array(length), this.startedAt);
    this.keyOf = copied(new Uint16Array(length), this.keyOf);
    this.state = copied(new Uint8Array(length), this.state);
    this.deliveries = copied(new Uint8Array(length), this.deliveries);
  }
}

function copied<T extends Uint8Array | Uint16Array | Uint32Array>(to: T, from: T): T {
  to.set(from);
  return to;
}
