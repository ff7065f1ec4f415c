import type { Assignment } from './assigner-protocol.js';

export interface GroupMember {
  memberId: string;
  memberMetadata: Buffer;
}

export interface GroupMemberAssignment {
  memberId: string;
  memberAssignment: Buffer;
}

/** One protocol of a JoinGroup request: the assigner's name and what it says about this member. */
export interface GroupState {
  name: string;
  metadata: Buffer;
}

/** KafkaJS's contract of an assigner. `assign` runs on the leader only, also when it is the sole member. */
export interface Assigner {
  name: string;
  version: number;
  /**
   * Beyond KafkaJS: how members behave around `assign`. 'eager' (the default): each gives up everything before it joins.
   * 'cooperative' (KIP-429): each keeps what it holds, so `assign` must not give a partition to a member while another
   * one still owns it. A member whose assigners are not all cooperative is eager, as Kafka's own clients are.
   */
  rebalanceProtocol?: 'eager' | 'cooperative';
  /** @param group.topics the union of what all members subscribe to */
  assign(group: { members: GroupMember[]; topics: string[] }): Promise<GroupMemberAssignment[]>;
  /**
   * Called before every join, so that user data (a previous assignment, say) is fresh.
   * @param subscription.owned what the member keeps while it joins; empty for an eager one
   * @param subscription.generationId of `owned`; -1 if there is none
   */
  protocol(subscription: { topics: string[]; owned?: Assignment; generationId?: number }): GroupState;
}

/** What an assigner may ask about the cluster, synchronously, while it assigns. */
export interface AssignerCluster {
  findTopicPartitionMetadata(topic: string): { partitionId: number }[];
}

/**
 * Makes an assigner. `Cluster` and `Logger` are type parameters so that assigners written against KafkaJS's
 * wider types (Nest's reply partition assigner, for one) are accepted as they are.
 */
export type PartitionAssigner<Cluster = AssignerCluster, Logger = unknown> = (config: {
  cluster: Cluster;
  groupId: string;
  logger: Logger;
}) => Assigner;
