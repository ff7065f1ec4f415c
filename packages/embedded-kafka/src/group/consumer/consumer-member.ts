import type { DeadlineTimer } from '../deadline-timer.js';
import type { Timer } from '../../clock.js';
import type { LinearPattern } from '../../patterns/linear-pattern.js';
import { clearClassicTimers, type ClassicSide } from './classic-side.js';
import { NO_PARTITIONS, type PartitionMap } from './partition-map.js';

/**
 * Where a member is on its way to its target assignment, see reconciliation.ts.
 * - `stable`: at its target, or at that of an earlier epoch without anything to give up
 * - `unrevoked`: has to give up partitions and has not said yet that it did
 * - `unreleased`: waits for partitions that others still hold
 */
export type ReconciliationState = 'stable' | 'unrevoked' | 'unreleased';

/** Epoch of a static member that left and is expected back (KIP-848, KIP-345). */
export const AWAY_EPOCH = -2;

/** A pattern with the text that it was made of. */
export interface SubscribedPattern {
  readonly source: string;
  readonly pattern: LinearPattern | undefined;
}

/** A member of a consumer group (KIP-848). */
export class ConsumerMember {
  instanceId: string | null = null;
  rackId: string | null = null;
  clientId = '';
  clientHost = '';
  rebalanceTimeoutMs = -1;
  serverAssignor: string | null = null;
  subscribedNames: readonly string[] = [];
  subscribedPattern: SubscribedPattern | undefined;
  epoch = 0;
  /** Whoever comes with it may have missed the answer that raised its epoch. */
  previousEpoch = -1;
  state: ReconciliationState = 'stable';
  assigned: PartitionMap = NO_PARTITIONS;
  pendingRevocation: PartitionMap = NO_PARTITIONS;
  target: PartitionMap = NO_PARTITIONS;
  /** Runs while the member is `unrevoked`. */
  rebalanceTimer: Timer | undefined;
  session: DeadlineTimer | undefined;
  /** Undefined for a member that speaks the consumer protocol. */
  classic: ClassicSide | undefined;

  constructor(readonly memberId: string) {}

  /** Whether there is nothing left to do for this target. */
  isReconciledTo(targetEpoch: number): boolean {
    return this.state === 'stable' && this.epoch === targetEpoch;
  }

  moveToEpoch(epoch: number): void {
    this.previousEpoch = this.epoch;
    this.epoch = epoch;
  }

  clearTimers(): void {
    this.rebalanceTimer?.clear();
    this.rebalanceTimer = undefined;
    clearClassicTimers(this.classic);
    this.session?.clear();
  }
}
