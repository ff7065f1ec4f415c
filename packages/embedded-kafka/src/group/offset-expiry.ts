import type { Clock, Timer } from '../clock.js';
import type { Group } from './group-registry.js';
import type { StoredOffset } from './committed-offset.js';

export interface OffsetExpiryInit {
  readonly clock: Clock;
  /** `offsets.retention.minutes`, in milliseconds. */
  readonly retentionMs: number;
  /** `offsets.retention.check.interval.ms` */
  readonly checkIntervalMs: number;
  readonly groups: () => Iterable<Group>;
  /** The group has neither members nor offsets left. */
  readonly onUnused: (group: Group) => void;
}

/**
 * Forgets committed offsets that nobody has needed for the retention time (KIP-211):
 * - of a classic group without members, counted from when the last one left;
 * - of a stable group of consumers, and of a consumer group (KIP-848), for topics that none of them reads, counted from the commit;
 * - of a group that never had members, counted from the commit.
 * A commit that says its own retention (OffsetCommit v2-4) has that instead. One timer runs while there are offsets.
 */
export class OffsetExpiry {
  readonly #init: OffsetExpiryInit;
  #timer: Timer | undefined;

  constructor(init: OffsetExpiryInit) {
    this.#init = init;
  }

  /** To be called when an offset is kept: from now on there is something to look after. */
  watch(): void {
    const { clock, checkIntervalMs } = this.#init;
    this.#timer ??= clock.setTimeout(() => this.#check(), checkIntervalMs);
  }

  close(): void {
    this.#timer?.clear();
    this.#timer = undefined;
  }

  #check(): void {
    this.#timer = undefined;
    const now = this.#init.clock.now();
    let anyLeft = false;
    for (const group of this.#init.groups()) {
      this.#expire(group, now);
      const hasOffsets = group.offsets.size + group.offsets.pending.size > 0;
      anyLeft ||= hasOffsets;
      const awaitsMembers = group.type === 'classic' && group.pendingJoins.size > 0;
      if (group.isEmpty && !hasOffsets && !awaitsMembers) this.#init.onUnused(group);
    }
    if (anyLeft) this.watch();
  }

  #expire(group: Group, now: number): void {
    const since = expirySince(group);
    if (since === undefined) return;
    for (const [topic, partitions] of group.offsets.topics()) {
      if (!group.isEmpty && group.isSubscribedTo(topic)) continue;
      for (const partition of partitions) {
        const stored = group.offsets.stored(topic, partition);
        // What an open transaction is going to commit keeps what is there.
        if (stored === undefined || group.offsets.pending.has(topic, partition)) continue;
        const expiresAt = stored.committed.expiresAt ?? since(stored) + this.#init.retentionMs;
        if (now >= expiresAt) group.offsets.delete(topic, partition);
      }
    }
  }
}

const sinceCommit = ({ committedAt }: StoredOffset): number => committedAt;

/** From when on an offset's retention counts; undefined while none of the group's offsets may expire. */
function expirySince(group: Group): ((stored: StoredOffset) => number) | undefined {
  if (group.type === 'consumer' || group.protocolType === null) return sinceCommit;
  if (group.isEmpty) return () => group.stateSince;
  return group.protocolType === 'consumer' && group.state === 'Stable' ? sinceCommit : undefined;
}
