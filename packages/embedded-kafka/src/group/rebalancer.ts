import { ErrorCode } from '../protocol/errors.js';
import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import type { ClassicGroup } from './classic-group.js';
import { DeadlineTimer } from './deadline-timer.js';
import { GroupMember, type GroupMemberInit } from './group-member.js';
import { syncError, type JoinResponse } from './group-messages.js';
import type { GroupObserver } from './group-observer.js';
import type { GroupCoordinatorOptions } from './group-options.js';

const noAssignment = Buffer.alloc(0);

/** What a member is told when it may go on to SyncGroup. */
export function currentGeneration(group: ClassicGroup, memberId: string): JoinResponse {
  return {
    errorCode: ErrorCode.NONE,
    generationId: group.generationId,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leader: group.leaderId ?? '',
    skipAssignment: false,
    memberId,
    members: group.isLeader(memberId) ? group.joinedMembers() : [],
  };
}

/**
 * Moves groups through their states (see group-state.ts) and owns all of their timers.
 *
 * A rebalance has two phases. In the join phase (`PreparingRebalance`) joins are parked until all members have joined,
 * or until the rebalance timeout removes those that did not. In the sync phase (`CompletingRebalance`) syncs are parked
 * until the leader's brings the assignment; who has not synced after the rebalance timeout is removed.
 */
export class Rebalancer {
  readonly #clock: Clock;
  readonly #observer: GroupObserver;
  readonly #logger: Logger;
  readonly #options: GroupCoordinatorOptions;

  constructor(clock: Clock, logger: Logger, options: GroupCoordinatorOptions, observer: GroupObserver = {}) {
    this.#observer = observer;
    this.#clock = clock;
    this.#logger = logger;
    this.#options = options;
  }

  createMember(group: ClassicGroup, init: GroupMemberInit): GroupMember {
    return new GroupMember(init, this.#clock, member => this.#expireMember(group, member));
  }

  /** Reserves an id for a member that is to join with it within its session timeout. */
  addPendingMember(group: ClassicGroup, memberId: string, sessionTimeoutMs: number): void {
    const timer = new DeadlineTimer(this.#clock, () => this.removePendingMember(group, memberId));
    group.pendingJoins.set(memberId, timer);
    timer.reset(sessionTimeoutMs);
  }

  removePendingMember(group: ClassicGroup, memberId: string): void {
    group.remove(memberId);
    if (group.state === 'PreparingRebalance' && group.hasAllMembersJoined) this.#completeJoin(group);
  }

  /** Starts a rebalance where the state allows it; in the join phase, sees whether the phase is over. */
  rebalance(group: ClassicGroup, reason: string): void {
    if (group.canRebalance) this.prepare(group, reason);
    else this.completeJoinIfAllJoined(group);
  }

  /** Opens the join phase. */
  prepare(group: ClassicGroup, reason: string): void {
    if (group.state === 'CompletingRebalance') this.#callOffSync(group);
    this.#clearSyncTimer(group);
    group.pendingSyncs.clear();
    const isInitial = group.state === 'Empty';
    group.transitionTo('PreparingRebalance');
    this.#logger.debug(`Group ${group.id}: rebalance after generation ${group.generationId}: ${reason}`);
    if (isInitial) {
      const delay = this.#options.initialRebalanceDelayMs;
      this.#scheduleInitialCompletion(group, delay, Math.max(group.rebalanceTimeoutMs - delay, 0));
    } else if (group.hasAllMembersJoined) {
      this.#completeJoin(group);
    } else {
      this.#scheduleCompletion(group);
    }
  }

  completeJoinIfAllJoined(group: ClassicGroup): void {
    if (group.state !== 'PreparingRebalance') return;
    // The initial delay is there for members still to come: only its timer ends it.
    if (group.previousState === 'Empty') return;
    if (group.hasAllMembersJoined) this.#completeJoin(group);
  }

  /** The leader's assignment: everyone who waits gets its part, an unmentioned member gets an empty one. */
  distribute(group: ClassicGroup, assignments: ReadonlyMap<string, Buffer>): void {
    for (const member of group.members.values()) {
      member.assignment = assignments.get(member.memberId) ?? noAssignment;
      const answered = member.answerSync({
        errorCode: ErrorCode.NONE,
        protocolType: group.protocolType,
        protocolName: group.protocolName,
        assignment: member.assignment,
      });
      if (answered) member.keepAlive();
    }
    group.transitionTo('Stable');
  }

  markSynced(group: ClassicGroup, memberId: string): void {
    group.pendingSyncs.delete(memberId);
    if (group.pendingSyncs.size === 0) this.#clearSyncTimer(group);
  }

  /** Leaves the rest of the group to a rebalance. Call it after members were removed. */
  afterRemoval(group: ClassicGroup, reason: string): void {
    if (group.state === 'Stable' || group.state === 'CompletingRebalance') this.rebalance(group, reason);
    else if (group.state === 'PreparingRebalance') this.completeJoinIfAllJoined(group);
  }

  #expireMember(group: ClassicGroup, member: GroupMember): void {
    if (group.members.get(member.memberId) !== member || member.isHeldByParkedRequest) return;
    group.remove(member.memberId);
    const reason = `no heartbeat from member ${member.memberId} within ${member.sessionTimeoutMs} ms`;
    if (group.state === 'PreparingRebalance') {
      if (group.hasAllMembersJoined) this.#completeJoin(group);
    } else {
      this.rebalance(group, reason);
    }
  }

  #scheduleInitialCompletion(group: ClassicGroup, delayMs: number, remainingMs: number): void {
    this.#setJoinTimer(group, delayMs, () => {
      if (group.newMemberAdded && remainingMs > 0) {
        group.newMemberAdded = false;
        const nextDelayMs = Math.min(this.#options.initialRebalanceDelayMs, remainingMs);
        this.#scheduleInitialCompletion(group, nextDelayMs, Math.max(remainingMs - delayMs, 0));
      } else {
        this.#completeJoin(group);
      }
    });
  }

  #scheduleCompletion(group: ClassicGroup): void {
    this.#setJoinTimer(group, group.rebalanceTimeoutMs, () => this.#completeJoin(group));
  }

  #setJoinTimer(group: ClassicGroup, ms: number, callback: () => void): void {
    group.joinTimer?.clear();
    group.joinTimer = this.#clock.setTimeout(
      () => {
        group.joinTimer = undefined;
        callback();
      },
      Math.max(ms, 0),
    );
  }

  #completeJoin(group: ClassicGroup): void {
    group.joinTimer?.clear();
    group.joinTimer = undefined;
    for (const member of group.members.values()) {
      // A static member keeps its place until its session expires.
      if (member.parkedJoin === undefined && !member.isStatic) group.remove(member.memberId);
    }
    if (group.members.size > 0 && !group.electJoinedLeader()) {
      // Nobody joined; whoever is left is static and has its session timeout.
      this.#scheduleCompletion(group);
      return;
    }
    group.newMemberAdded = false;
    group.startNextGeneration();
    this.#logger.debug(`Group ${group.id}: generation ${group.generationId} with ${group.members.size} members`);
    this.#observer.rebalanced?.(group.id, group.generationId, group.members.size);
    if (group.state !== 'CompletingRebalance') return;
    for (const member of group.members.values()) {
      member.answerJoin(currentGeneration(group, member.memberId));
      member.keepAlive();
      member.isNew = false;
      group.pendingSyncs.add(member.memberId);
    }
    group.syncTimer = this.#clock.setTimeout(() => this.#expireSyncs(group), Math.max(group.rebalanceTimeoutMs, 0));
  }

  #expireSyncs(group: ClassicGroup): void {
    group.syncTimer = undefined;
    const late = [...group.pendingSyncs];
    for (const memberId of late) group.remove(memberId);
    if (late.length > 0) this.prepare(group, `no SyncGroup from ${late.join(', ')} within the rebalance timeout`);
  }

  #callOffSync(group: ClassicGroup): void {
    for (const member of group.members.values()) {
      member.assignment = noAssignment;
      if (member.answerSync(syncError(ErrorCode.REBALANCE_IN_PROGRESS))) member.keepAlive();
    }
  }

  #clearSyncTimer(group: ClassicGroup): void {
    group.syncTimer?.clear();
    group.syncTimer = undefined;
  }
}
