import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import { ErrorCode } from '../protocol/errors.js';
import { ClassicGroup } from './classic-group.js';
import type { ConsumerGroup } from './consumer/consumer-group.js';
import type { OffsetJournal } from './offset-journal.js';
import { OffsetStore } from './offset-store.js';

/** A group of either protocol; which one can change while it has no members, and with some, see migration.ts. */
export type Group = ClassicGroup | ConsumerGroup;

export interface GroupRegistryInit {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxGroups: number;
  /** Where a group's offsets are kept beyond the process. */
  readonly journalOf: (groupId: string) => OffsetJournal | undefined;
}

/**
 * The groups that there are.
 * Invariants: one group an id, of one protocol; at most `maxGroups`, of which only those make room that have neither members
 * nor offsets; a group that is taken out is dead, unless it was empty; none is left after `close`.
 */
export class GroupRegistry {
  readonly #byId = new Map<string, Group>();
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #maxGroups: number;
  readonly #journalOf: (groupId: string) => OffsetJournal | undefined;
  #isClosed = false;

  constructor({ clock, logger, maxGroups, journalOf }: GroupRegistryInit) {
    this.#clock = clock;
    this.#logger = logger;
    this.#maxGroups = maxGroups;
    this.#journalOf = journalOf;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get(groupId: string): Group | undefined {
    return this.#byId.get(groupId);
  }

  has(groupId: string): boolean {
    return this.#byId.has(groupId);
  }

  all(): Iterable<Group> {
    return this.#byId.values();
  }

  /** Puts a group in the place of the one that had its id. */
  enter(group: Group): void {
    const known = this.#byId.get(group.id);
    if (known !== undefined) this.remove(known);
    this.#byId.set(group.id, group);
  }

  /** The group of this id if it is of the classic protocol. */
  classic(groupId: string): ClassicGroup | undefined {
    const group = this.#byId.get(groupId);
    return group?.type === 'classic' ? group : undefined;
  }

  /** Takes over the offsets of a consumer group that is left without members. */
  createClassic(groupId: string): ClassicGroup | undefined {
    const known = this.#byId.get(groupId);
    if (known === undefined && !this.hasRoom(groupId)) return undefined;
    const offsets = known?.offsets ?? this.newOffsets(groupId);
    const group = new ClassicGroup(groupId, () => this.#clock.now(), offsets);
    this.#byId.set(groupId, group);
    return group;
  }

  /** What a new group of this id commits to. */
  newOffsets(groupId: string): OffsetStore {
    return new OffsetStore(this.#journalOf(groupId));
  }

  /** Whether one more group may come; one that nobody uses makes room. */
  hasRoom(groupId: string): boolean {
    if (this.#byId.size < this.#maxGroups || this.#evictUnusedGroup()) return true;
    this.#logger.warn(`Group ${groupId} is refused: there are ${this.#byId.size} groups (maxGroups); delete some`);
    return false;
  }

  // Kafka drops groups without members and offsets now and then; here that happens when their place is needed.
  #evictUnusedGroup(): boolean {
    for (const group of this.#byId.values()) {
      if (!group.isEmpty || group.offsets.size > 0) continue;
      if (group.type === 'classic' && group.pendingJoins.size > 0) continue;
      if (group.offsets.pending.size > 0) continue;
      this.remove(group);
      return true;
    }
    return false;
  }

  /** Answers who waits in it with COORDINATOR_NOT_AVAILABLE. */
  remove(group: Group): void {
    this.#byId.delete(group.id);
    group.die(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  }

  /** Takes all groups out. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const group of this.#byId.values()) this.remove(group);
  }
}
