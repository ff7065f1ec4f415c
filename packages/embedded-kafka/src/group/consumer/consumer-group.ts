import { OffsetStore } from '../offset-store.js';
import type { ConsumerMember } from './consumer-member.js';
import { NO_PARTITIONS, partitionsOf } from './partition-map.js';
import type { TopicDirectory } from './topic-directory.js';

export type ConsumerGroupState = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable';

/**
 * The state of one consumer group whose broker assigns (KIP-848). Its state follows from its members:
 *
 *     Empty        no members
 *     Assigning    `epoch` is ahead of `assignmentEpoch`: the next heartbeat of anyone computes new targets
 *     Reconciling  somebody is not yet where its target says
 *     Stable       everybody is
 *
 * Invariants
 * - `epoch` never falls; `assignmentEpoch` <= `epoch`, and no member's epoch is above `assignmentEpoch`.
 * - `holders` has exactly the partitions that are assigned to, or not yet given up by, a member: each has one holder.
 * - `staticMembers` maps each instance id of a member to that member, and nothing else.
 * - Whoever leaves `members` has no timer running and holds nothing.
 */
export class ConsumerGroup {
  readonly type = 'consumer';
  readonly members = new Map<string, ConsumerMember>();
  epoch = 0;
  assignmentEpoch = 0;
  /** The topics as they were when targets were last thought of: names, ids and sizes. */
  topicsSeen = '';
  /** The directory's revision at that time. */
  revisionSeen = -1;
  readonly #holders = new Map<string, Map<number, string>>();
  readonly #staticMembers = new Map<string, ConsumerMember>();

  constructor(
    readonly id: string,
    readonly offsets = new OffsetStore(),
  ) {}

  get state(): ConsumerGroupState {
    if (this.members.size === 0) return 'Empty';
    if (this.epoch > this.assignmentEpoch) return 'Assigning';
    for (const member of this.members.values()) {
      if (!member.isReconciledTo(this.assignmentEpoch)) return 'Reconciling';
    }
    return 'Stable';
  }

  get isEmpty(): boolean {
    return this.members.size === 0;
  }

  /** Whether it has members, all of which speak the classic protocol. */
  get isClassicOnly(): boolean {
    for (const { classic } of this.members.values()) if (classic === undefined) return false;
    return this.members.size > 0;
  }

  staticMember(instanceId: string): ConsumerMember | undefined {
    return this.#staticMembers.get(instanceId);
  }

  add(member: ConsumerMember): void {
    this.members.set(member.memberId, member);
    if (member.instanceId !== null) this.#staticMembers.set(member.instanceId, member);
    this.#hold(member);
  }

  remove(member: ConsumerMember): void {
    member.clearTimers();
    this.#release(member);
    this.members.delete(member.memberId);
    if (member.instanceId !== null && this.#staticMembers.get(member.instanceId) === member) {
      this.#staticMembers.delete(member.instanceId);
    }
  }

  isHeld(topicId: string, partition: number): boolean {
    return this.#holders.get(topicId)?.has(partition) === true;
  }

  /** Changes what a member holds; while `change` is made, everything that it held before is still held. */
  rehold(member: ConsumerMember, change: () => void): void {
    const before = [...partitionsOf(member.assigned), ...partitionsOf(member.pendingRevocation)];
    change();
    for (const [topicId, partition] of before) this.#let(topicId, partition, member);
    this.#hold(member);
  }

  isSubscribedTo(topic: string): boolean {
    for (const { subscribedNames, subscribedPattern } of this.members.values()) {
      if (subscribedNames.includes(topic) || subscribedPattern?.pattern?.matches(topic) === true) return true;
    }
    return false;
  }

  /** Ids of the topics that a member reads and that exist. */
  subscribedTopicIds(member: ConsumerMember, directory: TopicDirectory): Set<string> {
    const ids = new Set<string>();
    for (const name of member.subscribedNames) {
      const topic = directory.topic(name);
      if (topic !== undefined) ids.add(topic.id);
    }
    const pattern = member.subscribedPattern?.pattern;
    if (pattern !== undefined) {
      for (const { id, name } of directory.topics) if (pattern.matches(name)) ids.add(id);
    }
    return ids;
  }

  /** Which of the topics that anybody reads exist, and how large they are: when this changes, targets are out of date. */
  topicsNow(directory: TopicDirectory): string {
    const ids = new Set<string>();
    for (const member of this.members.values()) {
      for (const id of this.subscribedTopicIds(member, directory)) ids.add(id);
    }
    const sizes = Array.from(ids, id => `${id}:${directory.topicById(id)?.partitions.length ?? 0}`);
    return sizes.sort().join();
  }

  /** The assignor that most members ask for. */
  get preferredAssignor(): string | undefined {
    const votes = new Map<string, number>();
    for (const { serverAssignor } of this.members.values()) {
      if (serverAssignor !== null) votes.set(serverAssignor, (votes.get(serverAssignor) ?? 0) + 1);
    }
    return [...votes].reduce<[string | undefined, number]>(
      (most, vote) => (vote[1] > most[1] ? vote : most),
      [undefined, 0],
    )[0];
  }

  /** The end: no timer is left. */
  die(): void {
    for (const member of this.members.values()) member.clearTimers();
    this.members.clear();
    this.#staticMembers.clear();
    this.#holders.clear();
  }

  #hold(member: ConsumerMember): void {
    for (const map of [member.assigned, member.pendingRevocation]) {
      for (const [topicId, partition] of partitionsOf(map)) {
        let holders = this.#holders.get(topicId);
        if (holders === undefined) this.#holders.set(topicId, (holders = new Map()));
        holders.set(partition, member.memberId);
      }
    }
  }

  #release(member: ConsumerMember): void {
    this.rehold(member, () => {
      member.assigned = NO_PARTITIONS;
      member.pendingRevocation = NO_PARTITIONS;
    });
  }

  #let(topicId: string, partition: number, member: ConsumerMember): void {
    const holders = this.#holders.get(topicId);
    if (holders?.get(partition) !== member.memberId) return;
    holders.delete(partition);
    if (holders.size === 0) this.#holders.delete(topicId);
  }
}
