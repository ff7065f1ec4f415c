/** No node: what Kafka says of a partition without a leader. */
export const NO_LEADER = -1;

/** What of a replica set has changed. */
export interface ReplicaChange {
  readonly hasNewLeader: boolean;
}

const UNCHANGED: ReplicaChange = { hasNewLeader: false };

/**
 * Who holds a partition and who leads it, as Kafka's controller decides it. States:
 *
 *   led -> led            another in-sync replica takes over: the leader's node went down, or the leader was moved
 *   led -> leaderless     the last in-sync replica went down
 *   leaderless -> led     a replica came back that has everything, or an unclean election was asked for
 *
 * Invariants: `isr` is a part of `replicas` and up, the leader is in it; who is up catches up at once and is in `isr`,
 * except while there is no leader to catch up with; replicas that left while the in-sync set was smaller than the topic's
 * minimum are eligible leaders (KIP-966): nothing was acknowledged without them; `leaderEpoch` rises with every change of
 * the leader, and with nothing else (KAFKA-15021).
 */
export class ReplicaSet {
  private currentReplicas: readonly number[];
  private currentIsr: readonly number[];
  private currentEligible: readonly number[] = [];
  private lastLeader: readonly number[] = [];
  /** Of a reassignment that is under way: what comes, and what goes when that is in sync. */
  private adding: readonly number[] = [];
  private removing: readonly number[] = [];
  private currentLeaderId: number;

  /**
   * `replicas`: node ids, the preferred leader first.
   * @param minIsr the topic's `min.insync.replicas` as it is now
   */
  constructor(
    replicas: readonly number[],
    private readonly isUp: (nodeId: number) => boolean,
    private readonly minIsr: () => number = () => 1,
    private currentLeaderEpoch = 0,
  ) {
    this.currentReplicas = replicas;
    this.currentIsr = replicas.filter(isUp);
    this.currentLeaderId = this.currentIsr[0] ?? NO_LEADER;
    if (this.currentLeaderId === NO_LEADER) this.currentEligible = replicas.slice(0, 1);
  }

  get replicas(): readonly number[] {
    return this.currentReplicas;
  }

  /** In-sync replicas: those that have all that was acknowledged. */
  get isr(): readonly number[] {
    return this.currentIsr;
  }

  /** Replicas that may lead although they are not in sync any more. */
  get eligibleLeaders(): readonly number[] {
    return this.currentEligible;
  }

  /** Who led last, while nobody does; otherwise none. */
  get lastKnownLeaders(): readonly number[] {
    return this.lastLeader;
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

  /** Whether too few are in sync for `acks=all`. A partition with fewer replicas than the minimum needs all of them. */
  get isUnderMinIsr(): boolean {
    return this.currentIsr.length < Math.min(this.minIsr(), this.currentReplicas.length);
  }

  get addingReplicas(): readonly number[] {
    return this.adding;
  }

  get removingReplicas(): readonly number[] {
    return this.removing;
  }

  get isReassigning(): boolean {
    return this.adding.length > 0 || this.removing.length > 0;
  }

  /**
   * Moves the partition to other nodes (KIP-455). What leaves goes when all that come are in sync, which is at once for
   * nodes that are up.
   */
  reassign(target: readonly number[]): ReplicaChange {
    const leaving = this.currentReplicas.filter(id => !target.includes(id));
    this.adding = target.filter(id => !this.currentReplicas.includes(id));
    this.removing = leaving;
    this.currentReplicas = [...target, ...leaving];
    if (this.currentLeaderId !== NO_LEADER) this.join(this.adding.filter(id => this.isUp(id)));
    return this.completeReassignment();
  }

  /** Calls a reassignment off. @throws RangeError unless `isReassigning` */
  cancelReassignment(): ReplicaChange {
    if (!this.isReassigning) throw new RangeError('There is no reassignment to cancel');
    const { adding } = this;
    this.adding = [];
    this.removing = [];
    return this.leave(adding);
  }

  private completeReassignment(): ReplicaChange {
    if (!this.isReassigning || !this.adding.every(id => this.currentIsr.includes(id))) return UNCHANGED;
    const { removing } = this;
    // Nobody would be left who has the records.
    if (removing.length > 0 && this.currentIsr.every(id => removing.includes(id))) return UNCHANGED;
    this.adding = [];
    this.removing = [];
    return this.leave(removing);
  }

  private leave(nodeIds: readonly number[]): ReplicaChange {
    if (nodeIds.length === 0) return UNCHANGED;
    const stays = (id: number): boolean => !nodeIds.includes(id);
    this.currentReplicas = this.currentReplicas.filter(stays);
    this.currentIsr = this.currentIsr.filter(stays);
    this.currentEligible = this.currentEligible.filter(stays);
    if (this.currentLeaderId === NO_LEADER) return UNCHANGED;
    // The epoch rises even if the leader stays: it must not count the one that went any more (KAFKA-14190).
    if (stays(this.currentLeaderId)) return this.lead(this.currentLeaderId);
    return this.lead(this.currentReplicas.find(id => this.currentIsr.includes(id)) ?? NO_LEADER);
  }

  /** The replica that leads if all is well. */
  get preferredLeader(): number {
    return this.currentReplicas[0] ?? NO_LEADER;
  }

  /** Lets any replica lead that is up, though it may lack records: nothing else can. */
  electUnclean(): ReplicaChange {
    const next = this.currentReplicas.find(id => this.isUp(id));
    if (this.currentLeaderId !== NO_LEADER || next === undefined) return UNCHANGED;
    this.lastLeader = [];
    this.currentEligible = [];
    const change = this.lead(next);
    this.join([next, ...this.currentReplicas.filter(id => this.isUp(id))]);
    return change;
  }

  nodeWentDown(nodeId: number): ReplicaChange {
    if (!this.currentIsr.includes(nodeId)) return UNCHANGED;
    this.currentIsr = this.currentIsr.filter(id => id !== nodeId);
    this.currentEligible = this.isUnderMinIsr ? [...this.currentEligible, nodeId] : [];
    if (this.currentLeaderId !== nodeId) return UNCHANGED;
    const next = this.currentReplicas.find(id => this.currentIsr.includes(id));
    if (next === undefined) this.lastLeader = [nodeId];
    return this.lead(next ?? NO_LEADER);
  }

  nodeCameUp(nodeId: number): ReplicaChange {
    if (!this.currentReplicas.includes(nodeId)) return UNCHANGED;
    if (this.currentLeaderId !== NO_LEADER) {
      this.join([nodeId]);
      return this.completeReassignment();
    }
    if (!this.currentEligible.includes(nodeId)) return UNCHANGED;
    this.lastLeader = [];
    const change = this.lead(nodeId);
    this.join([nodeId, ...this.currentReplicas.filter(id => this.isUp(id))]);
    this.completeReassignment();
    return change;
  }

  /** Who may lead. */
  get candidates(): readonly number[] {
    return this.currentIsr;
  }

  canLead(nodeId: number): boolean {
    return this.candidates.includes(nodeId);
  }

  /** @throws RangeError unless `canLead` */
  moveLeader(nodeId: number): ReplicaChange {
    if (!this.canLead(nodeId)) throw new RangeError(`Node ${nodeId} is not an in-sync replica`);
    return nodeId === this.currentLeaderId ? UNCHANGED : this.lead(nodeId);
  }

  private lead(nodeId: number): ReplicaChange {
    this.currentLeaderId = nodeId;
    this.currentLeaderEpoch++;
    return { hasNewLeader: true };
  }

  private join(nodeIds: readonly number[]): void {
    this.currentIsr = [...new Set([...this.currentIsr, ...nodeIds])];
    const others = this.currentEligible.filter(id => !this.currentIsr.includes(id));
    this.currentEligible = this.isUnderMinIsr ? others : [];
  }
}
