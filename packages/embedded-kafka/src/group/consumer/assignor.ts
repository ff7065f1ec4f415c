import type { PartitionMap } from './partition-map.js';

/** A member as an assignor sees it. */
export interface AssignableMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly topicIds: ReadonlySet<string>;
  /** What it was to have so far. */
  readonly target: PartitionMap;
}

/** Decides who is to read what; every partition of a subscribed topic goes to one member. */
export interface Assignor {
  readonly name: string;
  /**
   * @param partitionCount how many partitions a topic has
   * @returns the new targets by member id, complete
   */
  assign(
    members: readonly AssignableMember[],
    partitionCount: (topicId: string) => number,
  ): ReadonlyMap<string, PartitionMap>;
}
