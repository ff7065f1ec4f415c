import { encodeCompleted, type OffsetRange } from './completed-offsets.js';
import type { FetchedRecords } from './fetched-records.js';
import type { Interruption } from './interruption.js';
import type { PartitionOffsets } from './partition-offsets.js';

export interface DeferralLimits {
  /** Messages of one partition that may wait, be it for what they deferred or to be delivered again. */
  readonly messages: number;
  /** Of fetched buffers that those messages keep alive. */
  readonly bytes: number;
}

export const DEFAULT_DEFERRAL_LIMITS: DeferralLimits = { messages: 1024, bytes: 32 * 1024 * 1024 };
/** Messages between the first that waits and the last that is done, at least: what a commit's metadata can tell of. */
const MIN_SPAN = 16_384;

/** Of one fetch: how many of its messages may still be needed. */
interface Kept {
  readonly records: FetchedRecords;
  readonly bytes: number;
  unsettled: number;
}

export interface DeferredMessage {
  readonly offset: string;
  readonly kept: Kept;
  readonly round: number;
  /** Of the last delivery. */
  interruption: Interruption;
  /** Of the delivery that it is in, or that comes next. */
  attempt: number;
  state: 'waiting' | 'failed' | 'done';
  timer: NodeJS.Timeout | undefined;
  /** It is the last of a fetch, which ends before this offset. */
  fetchEnd: bigint | null;
}

export interface DeferralPorts {
  /** One message more is in flight. */
  onBegin(): void;
  /** One message less is in flight. */
  onEnd(): void;
  /** Messages are done: something may be committed. */
  onHandled(): void;
  /** Everything that a fetch brought is done. */
  onFetchHandled(): void;
  /** The owner says by `retryIn()` when it comes again. */
  onRejected(message: DeferredMessage, error: unknown): void;
  /** There may be room, or something to deliver, or nothing in flight any more. */
  onChanged(): void;
}

/**
 * The messages of one partition whose handler has returned, while what it left behind (`payload.defer()`) is not done
 * yet, over as many fetches as there is room for.
 *
 *     waiting ──fulfilled──▶ done ──so are all before it──▶ forgotten, its offset handled
 *      ▲   │
 *      │   └─rejected──▶ failed ──its delay is over──▶ due
 *      └── delivered again, and deferred again ─────────┘ (or done, if it was not)
 *
 * Invariants
 * - A message counts as handled only when it and every one before it is done: no commit ever passes a message that
 *   waits or failed. What is done beyond that is in the commit's metadata.
 * - A message that is waiting or done is never delivered again; one that failed is, alone.
 * - What waits or failed is bounded by the limits, and with what is done behind it by a span; `hasRoom` is what holds
 *   handlers back, `hasRoomForFetch` what holds back the next fetched records.
 * - After `reset` nothing of before counts any more; what still runs of it is `isSettled`'s concern alone.
 */
export class DeferredMessages {
  readonly #offsets: PartitionOffsets;
  readonly #limits: DeferralLimits;
  #ports: DeferralPorts | null = null;
  #messages: DeferredMessage[] = [];
  /** Index of the first message that is not forgotten. */
  #head = 0;
  #due: DeferredMessage[] = [];
  #kept: Kept | null = null;
  #keptBytes = 0;
  #waiting = 0;
  #failed = 0;
  /** Of earlier rounds, still running. */
  #stale = 0;
  #round = 0;
  /** Done before this consumer had the partition: ranges of offsets, ascending. */
  #restored: OffsetRange[];

  constructor(offsets: PartitionOffsets, restored: readonly OffsetRange[], limits: DeferralLimits) {
    this.#offsets = offsets;
    this.#restored = [...restored];
    this.#limits = limits;
  }

  attach(ports: DeferralPorts): void {
    this.#ports = ports;
  }

  /** Nothing is held back: what is handled now counts at once. */
  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  /** Nothing runs. What failed waits for its time, and holds up nobody. */
  get isSettled(): boolean {
    return this.#waiting + this.#stale === 0;
  }

  get hasFailed(): boolean {
    return this.#failed > 0;
  }

  get hasRoom(): boolean {
    return (
      this.#stale === 0 &&
      this.#waiting + this.#failed < this.#limits.messages &&
      this.#messages.length - this.#head < Math.max(MIN_SPAN, this.#limits.messages)
    );
  }

  get hasRoomForFetch(): boolean {
    return this.hasRoom && this.#keptBytes < this.#limits.bytes;
  }

  get hasDue(): boolean {
    return this.#due.length > 0;
  }

  /** There is something that was done before this consumer had the partition. */
  get hasRestored(): boolean {
    return this.#restored.length > 0;
  }

  /** Whether it was done before; to be asked in the order of offsets. */
  wasDone(offset: string): boolean {
    const at = Number(offset);
    let [range] = this.#restored;
    while (range !== undefined && range.to <= at) {
      this.#restored.shift();
      [range] = this.#restored;
    }
    return range !== undefined && range.from <= at;
  }

  /** @param done what the message waits for; undefined if only for those before it */
  add(
    offset: string,
    records: FetchedRecords,
    attempt: number,
    interruption: Interruption,
    done: PromiseLike<unknown> | undefined,
  ): void {
    if (this.#kept?.records !== records || this.#kept.unsettled === 0) {
      this.#kept = { records, bytes: records.retainedBytes, unsettled: 0 };
      this.#keptBytes += this.#kept.bytes;
    }
    const kept = this.#kept;
    kept.unsettled++;
    const round = this.#round;
    const message: DeferredMessage = {
      offset,
      kept,
      round,
      interruption,
      attempt,
      state: 'waiting',
      timer: undefined,
      fetchEnd: null,
    };
    this.#messages.push(message);
    this.#wait(message, done);
  }

  /** Everything before `next` has been delivered. @returns false if nothing holds it back */
  endFetch(next: bigint): boolean {
    const last = this.#messages.at(-1);
    if (last === undefined) {
      return false;
    }
    last.fetchEnd = next;
    return true;
  }

  /** A rejected message is to be delivered again after `milliseconds`. */
  retryIn(message: DeferredMessage, milliseconds: number): void {
    message.timer = setTimeout(() => {
      message.timer = undefined;
      this.#due.push(message);
      this.#ports?.onChanged();
    }, milliseconds);
  }

  /** The next one to deliver again. */
  takeDue(): DeferredMessage | undefined {
    return this.#due.shift();
  }

  /**
   * A message that was due has been handed over again, and its handler has returned.
   * @returns false if nothing of it counts any more
   */
  delivered(message: DeferredMessage, done: PromiseLike<unknown> | undefined): boolean {
    if (!this.#isCurrent(message)) {
      return false;
    }
    this.#failed--;
    this.#wait(message, done);
    return true;
  }

  /** A message that was due has been handed over again, and its handler threw. */
  failedAgain(message: DeferredMessage, error: unknown): void {
    if (this.#isCurrent(message)) {
      this.#ports?.onRejected(message, error);
    }
  }

  /** The partition's position has changed, or it is not this consumer's any more. */
  reset(): void {
    for (const message of this.#messages) {
      clearTimeout(message.timer);
    }
    this.#round++;
    this.#stale += this.#waiting;
    this.#waiting = 0;
    this.#failed = 0;
    this.#messages = [];
    this.#head = 0;
    this.#due = [];
    this.#kept = null;
    this.#keptBytes = 0;
    this.#restored = [];
  }

  /** What is done beyond `committed`, for the metadata of that commit. */
  metadata(committed: bigint): string | null {
    if (this.#messages.length === 0 && this.#restored.length === 0) {
      return null;
    }
    const base = Number(committed);
    const ranges: OffsetRange[] = [];
    let from = -1;
    let reached = base;
    for (let i = this.#head; i < this.#messages.length; i++) {
      const message = this.#messages[i] as DeferredMessage;
      if (message.state === 'done') {
        const at = Number(message.offset);
        from = from < 0 ? at : from;
        reached = at + 1;
      } else if (from >= 0) {
        ranges.push({ from: from - base, to: reached - base });
        from = -1;
      }
    }
    if (from >= 0) {
      ranges.push({ from: from - base, to: reached - base });
    }
    for (const range of this.#restored) {
      if (range.to > reached) {
        ranges.push({ from: Math.max(range.from, reached) - base, to: range.to - base });
      }
    }
    return encodeCompleted(ranges);
  }

  #wait(message: DeferredMessage, done: PromiseLike<unknown> | undefined): void {
    if (done === undefined) {
      this.#finish(message);
      return;
    }
    message.state = 'waiting';
    this.#waiting++;
    this.#ports?.onBegin();
    Promise.resolve(done).then(
      () => {
        this.#ended(message);
        if (this.#isCurrent(message)) {
          this.#finish(message);
        }
        this.#ports?.onChanged();
      },
      (error: unknown) => {
        this.#ended(message);
        if (this.#isCurrent(message)) {
          message.state = 'failed';
          this.#failed++;
          this.#ports?.onRejected(message, error);
        }
        this.#ports?.onChanged();
      },
    );
  }

  #ended(message: DeferredMessage): void {
    if (this.#isCurrent(message)) {
      this.#waiting--;
    } else {
      this.#stale--;
    }
    this.#ports?.onEnd();
  }

  #isCurrent(message: DeferredMessage): boolean {
    return message.round === this.#round;
  }

  #finish(message: DeferredMessage): void {
    message.state = 'done';
    const { kept } = message;
    if (--kept.unsettled === 0) {
      this.#keptBytes -= kept.bytes;
    }
    let isFetchHandled = false;
    for (let first = this.#messages[this.#head]; first?.state === 'done'; first = this.#messages[this.#head]) {
      this.#offsets.handled(first.offset);
      if (first.fetchEnd !== null) {
        this.#offsets.resolve(first.fetchEnd);
        isFetchHandled = true;
      }
      this.#head++;
    }
    this.#forget();
    this.#ports?.onHandled();
    if (isFetchHandled) {
      this.#ports?.onFetchHandled();
    }
  }

  #forget(): void {
    if (this.#head === this.#messages.length) {
      this.#messages = [];
      this.#head = 0;
    } else if (this.#head >= 1024) {
      this.#messages.splice(0, this.#head);
      this.#head = 0;
    }
  }
}
