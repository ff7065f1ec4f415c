import type { AssignableMember, Assignor } from './assignor.js';
import { addPartition, type MutablePartitionMap } from './partition-map.js';

/**
 * Kafka's `range`: of each topic, every subscriber gets a run of neighbouring partitions, the first ones one more if it does
 * not come out even. Members with the same subscription get the same partitions of each topic (co-partitioning).
 */
export const rangeAssignor: Assignor = {
  name: 'range',
  assign(members, partitionCount) {
    const targets = new Map<string, MutablePartitionMap>(members.map(({ memberId }) => [memberId, new Map()]));
    const inOrder = members.toSorted(byInstanceThenMember);
    for (const topicId of new Set(members.flatMap(({ topicIds }) => [...topicIds]))) {
      const subscribers = inOrder.filter(({ topicIds }) => topicIds.has(topicId));
      const count = partitionCount(topicId);
      const quota = Math.floor(count / subscribers.length);
      const withOneMore = count % subscribers.length;
      let next = 0;
      for (const [index, { memberId }] of subscribers.entries()) {
        const end = next + quota + (index < withOneMore ? 1 : 0);
        for (; next < end; next++) addPartition(targets.get(memberId) ?? new Map(), topicId, next);
      }
    }
    return targets;
  },
};

/** A static member keeps its place over restarts, and stands before dynamic ones. */
function byInstanceThenMember(one: AssignableMember, other: AssignableMember): number {
  if (one.instanceId !== null && other.instanceId !== null) return compare(one.instanceId, other.instanceId);
  if (one.instanceId !== null) return -1;
  if (other.instanceId !== null) return 1;
  return compare(one.memberId, other.memberId);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
