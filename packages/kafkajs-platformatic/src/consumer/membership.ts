import type { Assignment } from '../assigners/index.js';
import type { GroupIdentity, JoinedGroup, MemberTimeouts } from './group-coordinator.js';
import type { SessionClockPorts } from './session-clock.js';

/**
 * What a run is told by its membership in the group, whichever protocol that speaks. After `onSuspended` (the session
 * may have run out unnoticed) nothing new is handled until `onResumed` or `onLost`.
 */
export interface MembershipPorts extends SessionClockPorts {
  /** The topics subscribed to, RegExps expanded as of now. */
  topics(): Promise<string[]>;
  /**
   * The member may handle `assignment` now. What it holds beyond that is dropped, or in an incremental rebalance kept
   * aside for `onReleasing`.
   */
  onAssigned(assignment: Assignment, joined: GroupJoin): void;
  /** Stop dispatching, let handlers end, commit with the old generation. `signal` ends the wait. */
  onRevoking(signal: AbortSignal): Promise<void>;
  /** The same for those partitions only that the last assignment left out; the others go on. */
  onReleasing(signal: AbortSignal): Promise<void>;
  /** Others may own the partitions already: drop them. */
  onLost(): void;
  onHeartbeat(identity: GroupIdentity): void;
  onRebalancing(memberId: string): void;
  /** The member cannot go on by itself. */
  onFatal(error: Error): void;
}

export interface GroupJoin extends JoinedGroup {
  readonly isLeader: boolean;
  /** What this member subscribed to. */
  readonly topics: readonly string[];
  /** Milliseconds. */
  readonly duration: number;
  /** Nobody else can have held, since then, what the member also held before. */
  readonly contiguous: boolean;
  /** What is left out of the assignment is released while the rest goes on (KIP-429, KIP-848). */
  readonly incremental: boolean;
}

export interface MemberOptions extends MemberTimeouts {
  /** Milliseconds. */
  readonly heartbeatInterval: number;
  /** Milliseconds. */
  readonly metadataMaxAge: number;
  readonly isStatic: boolean;
}

export type MemberState = 'idle' | 'joining' | 'stable' | 'draining' | 'left' | 'failed';

/** Membership in a consumer group: the classic protocol's GroupMember, or the ConsumerProtocolMember of KIP-848. */
export interface Membership {
  readonly state: MemberState;
  readonly memberId: string;
  /** `null` while the member is not in a generation. */
  readonly identity: GroupIdentity | null;
  /** Partitions that stay are handled through a rebalance. */
  readonly isIncremental: boolean;
  /** As whom offsets are committed; `null` while nobody would take them. */
  readonly commitIdentity: GroupIdentity | null;
  /** Attempts to be, to become or to stay a member that have ended, however they ended. */
  readonly attempts: number;
  /** Joins and stays joined until `stop`. Resolves with the first assignment. @throws what cannot be survived */
  start(): Promise<void>;
  /** An error with which a coordinator answered in the name of `identity`; an answer to an older generation is void. */
  onGroupError(error: Error, identity: GroupIdentity): void;
  /** Sends a heartbeat now if one is due, for handlers that keep the event loop too busy for the timer. */
  heartbeatIfDue(): Promise<void>;
  /** Resolves when offsets can be committed again, or when `signal` ends the wait. */
  whenInGeneration(signal: AbortSignal): Promise<void>;
  /** Leaves the group, unless the membership is static. The caller has drained and committed. Never rejects. */
  stop(): Promise<void>;
}
