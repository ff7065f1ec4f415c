import { ErrorCode } from '../protocol/errors.js';
import type { DeadlineTimer } from './deadline-timer.js';
import { joinError, syncError, type GroupProtocol, type JoinedMember } from './group-messages.js';
import type { GroupMember } from './group-member.js';
import { isTransitionAllowed, type GroupState } from './group-state.js';
import { OffsetStore } from './offset-store.js';
import { anySupportedByAll, selectProtocol } from './protocol-selection.js';
import { subscribedTopics } from './consumer-subscription.js';
import type { Timer } from '../clock.js';

/**
 * The state of one classic group; who may change it and when is the business of the rebalancer.
 *
 * Invariants, in every state:
 * - `Empty` and `Dead` have no members; any other state has at least one member, or one that is about to be added.
 * - `leaderId` names a member, or is null when there is none.
 * - `staticMembers` maps each instance id of a member to that member's id, and nothing else.
 * - A member id is in `members` or in `pendingJoins`, never in both.
 * - `pendingSyncs` is a subset of `members`, and not empty only in `CompletingRebalance` and `Stable`.
 * - All members have the group's protocol type, and at least one protocol that all others support.
 * - Members have parked joins only in `PreparingRebalance`, parked syncs only in `CompletingRebalance`.
 * - Whoever leaves `members` has no timer running and no request parked.
 */
export class ClassicGroup {
  readonly type = 'classic';
  readonly id: string;
  readonly members = new Map<string, GroupMember>();
  readonly offsets: OffsetStore;
  /** Ids handed out by MEMBER_ID_REQUIRED whose join is still to come, each with the time it may take. */
  readonly pendingJoins = new Map<string, DeadlineTimer>();
  /** Members that know the generation but have not sent their SyncGroup. */
  readonly pendingSyncs = new Set<string>();
  /** Ends the join phase: the initial delay, or the rebalance timeout. */
  joinTimer: Timer | undefined;
  /** Ends the wait for SyncGroup. */
  syncTimer: Timer | undefined;
  /** A member came during the initial delay, which extends it. */
  newMemberAdded = false;
  protocolType: string | null = null;
  protocolName: string | null = null;
  generationId = 0;
  leaderId: string | null = null;
  /** When it got into its state, in milliseconds since the epoch. */
  stateSince: number;
  readonly #now: () => number;
  readonly #staticMembers = new Map<string, string>();
  /** Topics that the members read, or undefined where the metadata does not tell. */
  #subscribedTopics: ReadonlySet<string> | undefined;
  #state: GroupState = 'Empty';
  #previousState: GroupState = 'Dead';

  /** @param offsets those of the group of the other protocol that it replaces */
  constructor(id: string, now: () => number, offsets = new OffsetStore()) {
    this.id = id;
    this.#now = now;
    this.offsets = offsets;
    this.stateSince = now();
  }

  get state(): GroupState {
    return this.#state;
  }

  get previousState(): GroupState {
    return this.#previousState;
  }

  transitionTo(state: GroupState): void {
    if (!isTransitionAllowed(this.#state, state)) {
      throw new Error(`Group ${this.id} cannot go from ${this.#state} to ${state}`);
    }
    this.#previousState = this.#state;
    this.#state = state;
    this.stateSince = this.#now();
  }

  get isEmpty(): boolean {
    return this.#state === 'Empty';
  }

  get canRebalance(): boolean {
    return isTransitionAllowed(this.#state, 'PreparingRebalance');
  }

  isLeader(memberId: string): boolean {
    return this.leaderId === memberId;
  }

  staticMemberId(groupInstanceId: string): string | undefined {
    return this.#staticMembers.get(groupInstanceId);
  }

  /** The longest of the members' rebalance timeouts, in milliseconds. */
  get rebalanceTimeoutMs(): number {
    let longest = 0;
    for (const member of this.members.values()) longest = Math.max(longest, member.rebalanceTimeoutMs);
    return longest;
  }

  get joinedCount(): number {
    let joined = 0;
    for (const member of this.members.values()) if (member.parkedJoin !== undefined) joined++;
    return joined;
  }

  get hasAllMembersJoined(): boolean {
    return this.pendingJoins.size === 0 && this.joinedCount === this.members.size;
  }

  /** Whether a member with this protocol type and these protocols fits in. */
  supports(protocolType: string, protocols: readonly GroupProtocol[]): boolean {
    if (this.#state === 'Empty') return protocolType !== '' && protocols.length > 0;
    return this.protocolType === protocolType && anySupportedByAll(protocols, this.members.values());
  }

  add(member: GroupMember): void {
    if (member.groupInstanceId !== null) this.#staticMembers.set(member.groupInstanceId, member.memberId);
    if (this.members.size === 0) this.protocolType = member.protocolType;
    this.leaderId ??= member.memberId;
    this.members.set(member.memberId, member);
    this.forgetPendingJoin(member.memberId);
  }

  /** Removes a member or a pending id. What it has parked is answered: it is unknown from now on. */
  remove(memberId: string): void {
    const member = this.members.get(memberId);
    if (member !== undefined) {
      this.members.delete(memberId);
      member.session.clear();
      member.answerJoin(joinError(ErrorCode.UNKNOWN_MEMBER_ID, ''));
      member.answerSync(syncError(ErrorCode.UNKNOWN_MEMBER_ID));
      if (member.groupInstanceId !== null) this.#staticMembers.delete(member.groupInstanceId);
    }
    if (this.isLeader(memberId)) this.leaderId = this.members.keys().next().value ?? null;
    this.forgetPendingJoin(memberId);
    this.pendingSyncs.delete(memberId);
  }

  /** A static member came back under a new id: the old id is fenced, its place is kept (KIP-345). */
  replaceStaticMember(old: GroupMember, replacement: GroupMember): void {
    this.members.delete(old.memberId);
    old.session.clear();
    old.answerJoin(joinError(ErrorCode.FENCED_INSTANCE_ID, old.memberId));
    old.answerSync(syncError(ErrorCode.FENCED_INSTANCE_ID));
    replacement.assignment = old.assignment;
    this.members.set(replacement.memberId, replacement);
    if (this.isLeader(old.memberId)) this.leaderId = replacement.memberId;
    if (replacement.groupInstanceId !== null)
      this.#staticMembers.set(replacement.groupInstanceId, replacement.memberId);
    // Kafka leaves the old id here and later ends a rebalance for a member that is long gone; the place is what counts.
    if (this.pendingSyncs.delete(old.memberId)) this.pendingSyncs.add(replacement.memberId);
  }

  forgetPendingJoin(memberId: string): void {
    this.pendingJoins.get(memberId)?.clear();
    this.pendingJoins.delete(memberId);
  }

  /** The error that a request in the name of this member gets, if any. */
  validateMember(memberId: string, groupInstanceId: string | null): number {
    if (groupInstanceId !== null) {
      const current = this.staticMemberId(groupInstanceId);
      if (current === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
      if (current !== memberId) return ErrorCode.FENCED_INSTANCE_ID;
    }
    return this.members.has(memberId) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
  }

  /**
   * Keeps the leader if it joined, else makes a leader of the first that did.
   * @returns whether the group has a leader that joined
   */
  electJoinedLeader(): boolean {
    const leader = this.leaderId === null ? undefined : this.members.get(this.leaderId);
    if (leader === undefined) return false;
    if (leader.parkedJoin !== undefined) return true;
    for (const member of this.members.values()) {
      if (member.parkedJoin === undefined) continue;
      this.leaderId = member.memberId;
      return true;
    }
    return false;
  }

  /** The protocol that the members would agree on now. */
  selectProtocol(): string {
    return selectProtocol(this.members.values());
  }

  /** Ends the join phase with those who are members now. */
  startNextGeneration(): void {
    this.generationId = (this.generationId % 0x7fffffff) + 1;
    if (this.members.size > 0) {
      this.protocolName = this.selectProtocol();
      this.#subscribedTopics = this.#readSubscriptions();
      this.transitionTo('CompletingRebalance');
    } else {
      this.protocolName = null;
      this.#subscribedTopics = this.protocolType === 'consumer' ? new Set() : undefined;
      this.transitionTo('Empty');
    }
  }

  /** All members as their leader needs them. */
  joinedMembers(): JoinedMember[] {
    return Array.from(this.members.values(), member => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      metadata: member.metadataFor(this.protocolName),
    }));
  }

  /** A group whose metadata does not tell is taken to read everything, as long as it says it is a consumer group. */
  isSubscribedTo(topic: string): boolean {
    return this.#subscribedTopics?.has(topic) ?? this.protocolType === 'consumer';
  }

  #readSubscriptions(): ReadonlySet<string> | undefined {
    if (this.protocolType !== 'consumer') return undefined;
    const topics = new Set<string>();
    for (const member of this.members.values()) {
      const subscribed = subscribedTopics(member.metadataFor(this.protocolName));
      if (subscribed === undefined) return undefined;
      for (const topic of subscribed) topics.add(topic);
    }
    return topics;
  }

  /** The end: everything parked is answered with the error, no timer is left. */
  die(errorCode: number): void {
    this.joinTimer?.clear();
    this.syncTimer?.clear();
    for (const memberId of this.pendingJoins.keys()) this.forgetPendingJoin(memberId);
    for (const member of this.members.values()) {
      member.session.clear();
      member.answerJoin(joinError(errorCode, member.memberId));
      member.answerSync(syncError(errorCode));
    }
    this.members.clear();
    this.#staticMembers.clear();
    this.pendingSyncs.clear();
    this.leaderId = null;
    this.transitionTo('Dead');
  }
}
