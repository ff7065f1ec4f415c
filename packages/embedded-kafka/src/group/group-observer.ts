/** Is told of what happens in groups. */
export interface GroupObserver {
  /** A classic group has a new generation, or a consumer group a new epoch. */
  rebalanced?(group: string, generation: number, members: number): void;
  /** An offset is committed, and counts. */
  committed?(group: string, topic: string, partition: number, offset: bigint): void;
}
