import type { FetchedRecords } from './fetched-records.js';
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
 * - At most one batch waits in `queue` while another is being handled, so memory is bounded by two fetches a partition.
 * - A partition that is `leaving` delivers nothing more and is revoked next.
 * - Once revoked it never becomes anything else: a later assignment makes a new object.
 */
export class AssignedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly offsets: PartitionOffsets;
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

  #epoch = 0;
  #revoked = false;
  #leaving = false;
  #pending: FetchedRecords | null = null;

  constructor(
    topic: string,
    partition: number,
    options: { committed: bigint | null; start: 'earliest' | 'latest'; paused: boolean },
  ) {
    this.topic = topic;
    this.partition = partition;
    this.offsets = new PartitionOffsets(topic, partition, options.committed);
    this.position = options.committed;
    this.start = options.start;
    this.paused = options.paused;
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

  get isFetchable(): boolean {
    return (
      this.mayDispatch &&
      this.#pending === null &&
      this.leader !== null &&
      this.position !== null &&
      this.fetchingEpoch !== this.#epoch
    );
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
    this.#epoch++;
    this.position = position;
    this.start = start;
    this.#pending = null;
    this.changed.notify();
  }

  leave(): void {
    this.#leaving = true;
    this.#pending = null;
    this.changed.notify();
  }

  /** Resolves when no handler of the partition runs. */
  async whenIdle(): Promise<void> {
    while (this.busy) {
      await this.changed.wait();
    }
  }

  revoke(): void {
    this.#revoked = true;
    this.#epoch++;
    this.#pending = null;
    this.changed.notify();
  }
}
