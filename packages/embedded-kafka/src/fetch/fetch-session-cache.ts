import { randomInt } from 'node:crypto';
import { FetchSession } from './fetch-session.js';

/** Kafka's `max.incremental.fetch.session.cache.slots`. */
const MAX_SESSIONS = 1_000;
/** What all sessions of a node hold together; Kafka has no such limit, but memory has. */
const MAX_PARTITIONS = 500_000;
/** After this time a session may be taken from its client; it notices and begins another. */
const EVICTION_MS = 120_000;
const LARGEST_ID = 0x7fffffff;

interface Entry {
  readonly session: FetchSession;
  lastUsedAt: number;
}

/**
 * The fetch sessions of one node. A new one takes the place of one that was not used for two minutes, or else, if it is
 * larger, of the smallest one that is older than that; otherwise it is not granted, and its client sends full requests.
 * Invariants: at most `MAX_SESSIONS`, with `MAX_PARTITIONS` partitions together; entries are in the order of last use.
 */
export class FetchSessionCache {
  private readonly entries = new Map<number, Entry>();
  private partitionCount = 0;

  constructor(
    private readonly maxSessions = MAX_SESSIONS,
    private readonly maxPartitions = MAX_PARTITIONS,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  get(id: number): FetchSession | undefined {
    return this.entries.get(id)?.session;
  }

  /** A new session for so many partitions, or undefined if there is no room. */
  create(partitions: number, usesTopicIds: boolean, now: number): FetchSession | undefined {
    if (this.partitionCount + partitions > this.maxPartitions) return undefined;
    if (this.entries.size >= this.maxSessions && !this.evict(partitions, now)) return undefined;
    const session = new FetchSession(this.newId(), now, usesTopicIds);
    this.entries.set(session.id, { session, lastUsedAt: now });
    return session;
  }

  /**
   * Changes a session's partitions and counts it as used.
   * @returns whether it could be kept: one without partitions, or with too many, is removed
   */
  change(session: FetchSession, now: number, change: () => void): boolean {
    const before = session.size;
    change();
    this.partitionCount += session.size - before;
    if (session.size === 0 || this.partitionCount > this.maxPartitions) {
      this.remove(session.id);
      return false;
    }
    this.entries.delete(session.id);
    this.entries.set(session.id, { session, lastUsedAt: now });
    return true;
  }

  remove(id: number): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    this.entries.delete(id);
    this.partitionCount -= entry.session.size;
  }

  clear(): void {
    this.entries.clear();
    this.partitionCount = 0;
  }

  private evict(partitions: number, now: number): boolean {
    const [leastUsed] = this.entries.values();
    if (leastUsed === undefined) return false;
    if (now - leastUsed.lastUsedAt > EVICTION_MS) {
      this.remove(leastUsed.session.id);
      return true;
    }
    let smallest: FetchSession | undefined;
    for (const { session } of this.entries.values()) {
      if (now - session.createdAt > EVICTION_MS && session.size < (smallest?.size ?? partitions)) smallest = session;
    }
    if (smallest === undefined) return false;
    this.remove(smallest.id);
    return true;
  }

  private newId(): number {
    for (;;) {
      const id = randomInt(1, LARGEST_ID);
      if (!this.entries.has(id)) return id;
    }
  }
}
