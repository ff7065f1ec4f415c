/** No node: what Kafka says of a partition without a leader. */
export const NO_LEADER = -1;

/** What of a replica set has changed. */
export interface ReplicaChange {
  readonly hasNewLeader: boolean;
}

/**
 * Who holds a partition and who leads it, as Kafka's controller decides it. States:
 *
 *   led -> led            another in-sync replica takes over: the leader's node went down, or the leader was moved
 *   led -> leaderless     the last in-sync replica went down
 *   leaderless -> led     that one, and nobody else, came back (there is no unclean election by itself)
 *
 * Invariants: `isr` is a part of `replicas`; the leader is in `isr` and up; who is up catches up at once and is in `isr`,
 * except while there is no leader to catch up with; `leaderEpoch` rises with every change of the leader, and with nothing
 * else (KAFKA-15021).
 */
export class ReplicaSet {
  private currentReplicas: readonly number[];
  private currentIsr: readonly number[];
  private currentLeaderId: number;
  private currentLeaderEpoch = 0;

  /** `replicas`: node ids, the preferred leader first. */
  constructor(
    replicas: readonly number[],
    private readonly isUp: (nodeId: number) => boolean,
  ) {
    this.currentReplicas = replicas;
    const up = replicas.filter(isUp);
    this.currentIsr = up.length > 0 ? up : replicas.slice(0, 1);
    this.currentLeaderId = up[0] ?? NO_LEADER;
  }

  get replicas(): readonly number[] {
    return this.currentReplicas;
  }

  /** In-sync replicas: those that have all that was acknowledged. */
  get isr(): readonly number[] {
    return this.currentIsr;
  }

  get leaderId(): number {
    return this.currentLeaderId;
  }

  get leaderEpoch(): number {
    return this.currentLeaderEpoch;
  }

  /** Replicas whose node is down. */
  get offlineReplicas(): readonly number[] {
    return this.currentReplicas.filter(id => !this.isUp(id));
  }

  /** A node went down; the last in-sync replica stays in sync, since it alone may lead again. */
  nodeWentDown(nodeId: number): ReplicaChange {
    if (!this.currentIsr.includes(nodeId)) return { hasNewLeader: false };
    const others = this.currentIsr.filter(id => id !== nodeId);
    if (others.length > 0) this.currentIsr = others;
    if (this.currentLeaderId !== nodeId) return { hasNewLeader: false };
    return this.lead(this.currentReplicas.find(id => others.includes(id)) ?? NO_LEADER);
  }

  nodeCameUp(nodeId: number): ReplicaChange {
    if (!this.currentReplicas.includes(nodeId)) return { hasNewLeader: false };
    if (this.currentLeaderId !== NO_LEADER) {
      this.addToIsr(nodeId);
      return { hasNewLeader: false };
    }
    if (!this.currentIsr.includes(nodeId)) return { hasNewLeader: false };
    const change = this.lead(nodeId);
    for (const id of this.currentReplicas) if (this.isUp(id)) this.addToIsr(id);
    return change;
  }

  /** Who may lead. */
  get candidates(): readonly number[] {
    return this.currentIsr.filter(id => this.isUp(id));
  }

  canLead(nodeId: number): boolean {
    return this.candidates.includes(nodeId);
  }

  /** @throws RangeError unless `canLead` */
  moveLeader(nodeId: number): ReplicaChange {
    if (!this.canLead(nodeId)) throw new RangeError(`Node ${nodeId} is not an in-sync replica that is up`);
    return nodeId === this.currentLeaderId ? { hasNewLeader: false } : this.lead(nodeId);
  }

  private lead(nodeId: number): ReplicaChange {
    this.currentLeaderId = nodeId;
    this.currentLeaderEpoch++;
    return { hasNewLeader: true };
  }

  private addToIsr(nodeId: number): void {
    if (!this.currentIsr.includes(nodeId)) this.currentIsr = [...this.currentIsr, nodeId];
  }
}
