import type { ConsumerMember } from './consumer-member.js';
import {
  addPartition,
  hasPartition,
  includesAny,
  NO_PARTITIONS,
  partitionsOf,
  type MutablePartitionMap,
  type PartitionMap,
  type TopicPartitions,
} from './partition-map.js';

/**
 * Brings a member one step nearer to its target (KIP-848, "reconciliation"):
 *
 *     stable ─target takes something away─▶ unrevoked ─member owns it no more─▶ (the same again, one epoch later)
 *       ▲  └───target gives what others hold──▶ unreleased ─they let go─▶ stable
 *
 * Invariants
 * - A member keeps its epoch until it has given up everything that its target takes away.
 * - A partition is assigned to a member only while nobody holds it, whether assigned or not yet given up.
 */
export interface ReconciliationInput {
  readonly targetEpoch: number;
  /** Whether somebody holds the partition at the moment, the member itself included. */
  readonly isHeld: (topicId: string, partition: number) => boolean;
  /** What the member says that it owns; null if it did not say. */
  readonly owned: readonly TopicPartitions[] | null;
}

/** Changes the member; who holds what is for the caller to bring up to date. */
export function reconcile(member: ConsumerMember, input: ReconciliationInput): void {
  switch (member.state) {
    case 'stable':
      if (member.epoch !== input.targetEpoch) step(member, input, member.epoch);
      return;
    case 'unrevoked':
      if (!stillOwns(member.pendingRevocation, input)) step(member, input, member.epoch + 1);
      return;
    case 'unreleased':
      step(member, input, member.epoch);
  }
}

/** Who does not say what it owns may own it. */
function stillOwns(partitions: PartitionMap, { owned }: ReconciliationInput): boolean {
  return owned === null || includesAny(partitions, owned);
}

function step(member: ConsumerMember, input: ReconciliationInput, epoch: number): void {
  const assigned: MutablePartitionMap = new Map();
  const toRevoke: MutablePartitionMap = new Map();
  for (const [topicId, partition] of partitionsOf(member.assigned)) {
    addPartition(hasPartition(member.target, topicId, partition) ? assigned : toRevoke, topicId, partition);
  }
  if (toRevoke.size > 0 && stillOwns(toRevoke, input)) {
    member.state = 'unrevoked';
    member.moveToEpoch(epoch);
    member.assigned = assigned;
    member.pendingRevocation = toRevoke;
    return;
  }
  let mustWait = false;
  for (const [topicId, partition] of partitionsOf(member.target)) {
    if (hasPartition(member.assigned, topicId, partition)) continue;
    if (input.isHeld(topicId, partition)) mustWait = true;
    else addPartition(assigned, topicId, partition);
  }
  member.state = mustWait ? 'unreleased' : 'stable';
  member.moveToEpoch(input.targetEpoch);
  member.assigned = assigned;
  member.pendingRevocation = NO_PARTITIONS;
}
