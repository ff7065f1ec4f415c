/**
 * The states of a classic group, as Apache Kafka's `ClassicGroupState` has them.
 *
 * ```
 *            first member joins                all joined, or rebalance timeout
 *   Empty ----------------------> Preparing ------------------------------------> Completing
 *     ^                           Rebalance <------------------------------------ Rebalance
 *     |      nobody is left        |    ^        join, leave, expiry, no sync         |
 *     +----------------------------+    |                                            | leader syncs
 *                                       +------------------ Stable <-----------------+
 *                                         join, leave, expiry
 *   any --- group deleted, coordinator closed ---> Dead
 * ```
 *
 * | state               | JoinGroup                    | SyncGroup             | Heartbeat             | OffsetCommit          |
 * | ------------------- | ---------------------------- | --------------------- | --------------------- | --------------------- |
 * | Empty               | starts a rebalance           | UNKNOWN_MEMBER_ID     | UNKNOWN_MEMBER_ID     | only without a member |
 * | PreparingRebalance  | parked                       | REBALANCE_IN_PROGRESS | REBALANCE_IN_PROGRESS | accepted              |
 * | CompletingRebalance | unchanged: answered at once  | parked for the leader | accepted              | REBALANCE_IN_PROGRESS |
 * | Stable              | unchanged follower: answered | answered at once      | accepted              | accepted              |
 * | Dead                | COORDINATOR_NOT_AVAILABLE    | the same              | the same              | the same              |
 */
export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead';

const allowedBefore: Readonly<Record<GroupState, readonly GroupState[]>> = {
  Empty: ['PreparingRebalance'],
  PreparingRebalance: ['Empty', 'CompletingRebalance', 'Stable'],
  CompletingRebalance: ['PreparingRebalance'],
  Stable: ['CompletingRebalance'],
  Dead: ['Empty', 'PreparingRebalance', 'CompletingRebalance', 'Stable'],
};

/** Whether a group may go from one state to the other. */
export function isTransitionAllowed(from: GroupState, to: GroupState): boolean {
  return allowedBefore[to].includes(from);
}
