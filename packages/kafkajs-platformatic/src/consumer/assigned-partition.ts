import { decodeCompleted, type OffsetRange } from './completed-offsets.js';
import { DEFAULT_DEFERRAL_LIMITS, DeferredMessages, type DeferralLimits } from './deferred-messages.js';
import type { FetchedRecords } from './fetched-records.js';
import { Interruption } from './interruption.js';
import { PartitionOffsets } from './partition-offsets.js';
import { Signal } from './signal.js';

/**
 * One partition while this consumer holds it: where fetching is, and what has been fetched and not yet handled.
 *
 * Seen from the fetcher:
 *
 *     locating ──leader known──▶ positioning ──offset known──▶ ready ──claimed by a fetch──▶ fetching ─▶ ready
 *        ▲                            ▲                          │
 *        └── not leader, outage ──────┴── offset out of range ───┘
 *
 * Invariants
 * - `epoch` grows with every seek, reset and the final revocation. Records fetched under an older epoch are dropped.
 * - At most one batch waits in `queue` while another is being handled, so memory is bounded by two fetches a partition,
 *   and by what `deferred` keeps.
 * - `interruption` is aborted and replaced whenever what has been handed over is not to be waited for any more.
 * - A partition that is `leaving` delivers nothing more and is revoked next.
 * - Once revoked it never becomes anything else: a later assignment makes a new object.
 */
export class AssignedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly offsets: PartitionOffsets;
  /** What has been handed over and waits for more than its handler. */
  readonly deferred: DeferredMessages;
  /** Woken whenever the handling loop has a reason to look again. */
  readonly changed = new Signal();

  /** Node of the leader; `null` while it has to be located. */
  leader: number | null = null;
  /** Node to read from in place of the leader (KIP-392), until the given time. */
  replica: { readonly nodeId: number; readonly until: number } | null = null;
  /** Next offset to fetch; `null` while `start` has to be looked up. */
  position: bigint | null;
  /** Of the topic when the leader was located; another one means that the topic was made anew. */
  topicId: string | undefined;
  /** Where to begin if there is no position. */
  start: 'earliest' | 'latest';
  paused = false;
  /** True while the handling loop is inside a step. */
  busy = false;
  /** Set while a fetch for this epoch is on its way. */
  fetchingEpoch: number | null = null;
  /** Attempts to locate, position or fetch it that have ended, however they ended. */
  attempts = 0;
  /** Fetches of it that were answered without an error, with records or without. */
  answers = 0;
  /** Why the last attempt brought nothing; `null` once one has. */
  trouble: string | null = null;

  #epoch = 0;
  #revoked = false;
  #leaving = false;
  #pending: FetchedRecords | null = null;
  #interruption = new Interruption({});

  constructor(
    topic: string,
    partition: number,
    options: {
      committed: bigint | null;
      /** Of the commit. */
      metadata?: string | null;
      start: 'earliest' | 'latest';
      paused: boolean;
      deferral?: DeferralLimits;
    },
  ) {
    const { committed, metadata = null, deferral = DEFAULT_DEFERRAL_LIMITS } = options;
    this.topic = topic;
    this.partition = partition;
    this.offsets = new PartitionOffsets(topic, partition, committed);
    this.deferred = new DeferredMessages(this.offsets, restoredFrom(committed, metadata), deferral);
    this.offsets.describeBy(resolved => this.deferred.metadata(resolved), metadata);
    this.position = committed;
    this.start = options.start;
    this.paused = options.paused;
  }

  /** Of what is handed over now. */
  get interruption(): Interruption {
    return this.#interruption;
  }

  /** No handler runs, and nothing that one deferred. */
  get isIdle(): boolean {
    return !this.busy && this.deferred.isSettled;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get revoked(): boolean {
    return this.#revoked;
  }

  /** It has to go (KIP-429, KIP-848): nothing new is fetched or handled, what is in flight ends and is committed. */
  get leaving(): boolean {
    return this.#leaving;
  }

  /** Whether the next message may be handed over, as far as this partition is concerned. */
  get mayDispatch(): boolean {
    return !this.paused && !this.#leaving && !this.#revoked;
  }

  get hasRecords(): boolean {
    return this.#pending !== null;
  }

  /** Whether somebody should be fetching it, or looking for where to. */
  get wantsRecords(): boolean {
    return this.mayDispatch && this.#pending === null;
  }

  get isFetchable(): boolean {
    return this.wantsRecords && this.leader !== null && this.position !== null && this.fetchingEpoch !== this.#epoch;
  }

  /** Node to fetch from: the preferred replica while it is one, else the leader. */
  fetchNode(now: number): number | null {
    if (this.replica !== null && now >= this.replica.until) {
      this.replica = null;
    }
    return this.leader === null ? null : (this.replica?.nodeId ?? this.leader);
  }

  /** Takes in what a fetch brought, unless the partition moved on since it was sent: then it would come twice. */
  deliver(records: FetchedRecords, epoch: number): void {
    if (epoch !== this.#epoch || records.fetchOffset !== this.position || this.#revoked || this.#leaving) {
      return;
    }
    this.position = records.nextOffset;
    this.#pending = records;
    this.changed.notify();
  }

  take(): FetchedRecords | null {
    const records = this.#pending;
    this.#pending = null;
    return records;
  }

  /** Continues at `position`, or at `start` if that is `null`; everything fetched so far is dropped. */
  reposition(position: bigint | null, start: 'earliest' | 'latest' = this.start): void {
    this.start = start;
    this.refetch(position);
    this.#forget('was told to go on at another offset');
  }

  /** Continues at `position` with everything that is not handed over yet. */
  refetch(position: bigint | null): void {
    this.#epoch++;
    this.position = position;
    this.#pending = null;
    this.changed.notify();
  }

  /** An attempt has failed, because of `trouble`; where it leads to is looked up anew. */
  failed(trouble: string): void {
    this.attempts++;
    this.trouble = trouble;
    this.leader = null;
    this.replica = null;
  }

  /** A fetch was answered without an error. */
  answered(): void {
    this.attempts++;
    this.answers++;
    this.trouble = null;
  }

  leave(): void {
    this.#leaving = true;
    this.#pending = null;
    this.interrupt('is given up in a rebalance');
    this.changed.notify();
  }

  /** Whoever waits for what is in flight should give up. @param why it, as the end of a sentence about the partition */
  interrupt(why: string, tenure = this.#interruption.tenure): void {
    const interrupted = this.#interruption;
    this.#interruption = new Interruption(tenure);
    interrupted.abort(`Partition ${this.topic}[${this.partition}] ${why}`);
  }

  /** Resolves when no handler of the partition runs, nor anything that one deferred. */
  async whenIdle(): Promise<void> {
    while (!this.isIdle) {
      await this.changed.wait();
    }
  }

  revoke(): void {
    this.#revoked = true;
    this.#epoch++;
    this.#pending = null;
    this.#forget('is not assigned to this consumer any more');
    this.changed.notify();
  }

  #forget(why: string): void {
    this.deferred.reset();
    this.offsets.reset();
    this.interrupt(why, {});
  }
}

function restoredFrom(committed: bigint | null, metadata: string | null): OffsetRange[] {
  if (committed === null || committed > BigInt(Number.MAX_SAFE_INTEGER)) {
    return [];
  }
  const base = Number(committed);
  return decodeCompleted(metadata).map(({ from, to }) => ({ from: from + base, to: to + base }));
}
