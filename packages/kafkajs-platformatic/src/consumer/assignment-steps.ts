import type { Assignment } from '../assigners/index.js';
import { difference, hasPartitions, withoutPartitions } from './assignment-difference.js';
import { pause } from './backoff.js';
import type { GroupIdentity, PartitionsOfTopicId } from './group-coordinator.js';
import type { MembershipPorts } from './membership.js';
import type { OwnedTopics } from './owned-topics.js';

export interface AssignmentStepsPorts {
  readonly run: Pick<MembershipPorts, 'onAssigned' | 'onReleasing' | 'onRebalancing'>;
  /** As whom the member is in the group; `null` while it is not. */
  identity(): GroupIdentity | null;
  /** Subscribed to. */
  topics(): readonly string[];
  /** Milliseconds that the release of partitions may take. */
  drainTime(): number;
  onDraining(): void;
  /** What is owned has changed; the broker has to hear of it. */
  onOwned(): void;
  /** The first assignment is in force. */
  onFirst(): void;
}

/** Milliseconds between looks for the name of a topic. */
const UNKNOWN_TOPIC_PAUSE = 500;

/**
 * Brings what a member of KIP-848 holds to what the broker wants.
 *
 *     settled ─want─▶ assigning ─something held is not in it─▶ releasing ─released─▶ settled
 *                         └──────────────────────────────────────────────────────────▲
 *     from any: forget ─▶ settled, with nothing
 *
 * Invariants
 * - One assignment is applied at a time; of those that come meanwhile the newest is the next.
 * - A partition leaves `owned` only after `onReleasing` has settled: the broker gives it to nobody before.
 */
export class AssignmentSteps {
  readonly #topicsById: OwnedTopics;
  readonly #ports: AssignmentStepsPorts;
  #owned: Assignment = {};
  #ownedById: readonly PartitionsOfTopicId[] = [];
  #target: readonly PartitionsOfTopicId[] | null = null;
  #applying: AbortController | null = null;
  #isApplied = false;
  #since = performance.now();

  constructor(topicsById: OwnedTopics, ports: AssignmentStepsPorts) {
    this.#topicsById = topicsById;
    this.#ports = ports;
  }

  get ownedById(): readonly PartitionsOfTopicId[] {
    return this.#ownedById;
  }

  want(target: readonly PartitionsOfTopicId[]): void {
    this.#target = target;
    if (this.#isApplied) {
      this.#since = performance.now();
    }
    if (this.#applying === null) {
      void this.#apply();
    }
  }

  /** The run ends: what is on its way is not finished. */
  stop(): void {
    this.#applying?.abort();
  }

  /** Nothing is owned any more. */
  forget(): void {
    this.#owned = {};
    this.#ownedById = [];
    this.#isApplied = false;
    this.#target = null;
    this.#since = performance.now();
    this.#applying?.abort();
    this.#applying = null;
  }

  async #apply(): Promise<void> {
    const applying = new AbortController();
    this.#applying = applying;
    while (this.#target !== null && !applying.signal.aborted) {
      const target = this.#target;
      this.#target = null;
      const assignment = await this.#topicsById.byName(target, this.#ports.topics());
      if (applying.signal.aborted) {
        break;
      }
      const changes = !this.#isApplied || hasPartitions(difference(assignment, this.#owned));
      if (changes) {
        await this.#assign(assignment, applying.signal);
      }
      if (!applying.signal.aborted) {
        this.#owned = assignment;
        this.#ownedById = target;
        this.#isApplied = true;
        this.#ports.onFirst();
      }
      if (this.#topicsById.areKnown(target)) {
        continue;
      }
      // A topic so new that not every broker has heard of it.
      await pause(UNKNOWN_TOPIC_PAUSE, applying.signal);
      this.#target ??= target;
    }
    if (this.#applying === applying) {
      this.#applying = null;
    }
  }

  async #assign(assignment: Assignment, applying: AbortSignal): Promise<void> {
    const { run } = this.#ports;
    const identity = this.#ports.identity();
    if (identity === null) {
      return;
    }
    const hasToRelease = hasPartitions(withoutPartitions(this.#owned, assignment));
    if (hasToRelease) {
      run.onRebalancing(identity.memberId);
    }
    run.onAssigned(assignment, {
      ...identity,
      leaderId: '',
      protocolName: 'consumer',
      members: [],
      isLeader: false,
      topics: this.#ports.topics(),
      duration: Math.round(performance.now() - this.#since),
      contiguous: true,
      incremental: true,
    });
    if (hasToRelease) {
      this.#ports.onDraining();
      await this.#release(applying);
    }
    if (!applying.aborted) {
      this.#ports.onOwned();
    }
  }

  async #release(applying: AbortSignal): Promise<void> {
    const outOfTime = new AbortController();
    const timer = setTimeout(() => outOfTime.abort(), this.#ports.drainTime());
    try {
      await this.#ports.run.onReleasing(AbortSignal.any([applying, outOfTime.signal]));
    } finally {
      clearTimeout(timer);
    }
  }
}
