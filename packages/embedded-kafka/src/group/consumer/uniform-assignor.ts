import type { AssignableMember, Assignor } from './assignor.js';
import { addPartition, partitionsOf, type MutablePartitionMap, type PartitionMap } from './partition-map.js';

type TopicPartition = readonly [topicId: string, partition: number];

/**
 * Kafka's `uniform`: the members' numbers of partitions differ as little as their subscriptions allow, and as few
 * partitions as possible change their place.
 */
export const uniformAssignor: Assignor = {
  name: 'uniform',
  assign(members, partitionCount) {
    const [first] = members;
    if (first === undefined) return new Map();
    const isSameForAll = members.every(({ topicIds }) => sameSet(topicIds, first.topicIds));
    return isSameForAll
      ? assignByQuota(members, first.topicIds, partitionCount)
      : assignByBalancing(members, partitionCount);
  },
};

const sameSet = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && one.isSubsetOf(other);

const key = ([topicId, partition]: TopicPartition): string => `${topicId}-${partition}`;

/** Everybody reads the same: each keeps what it has up to its share, the rest is dealt to who has less. */
function assignByQuota(
  members: readonly AssignableMember[],
  topicIds: ReadonlySet<string>,
  partitionCount: (topicId: string) => number,
): ReadonlyMap<string, PartitionMap> {
  const total = Array.from(topicIds, partitionCount).reduce((sum, count) => sum + count, 0);
  const quota = Math.floor(total / members.length);
  let withOneMore = total % members.length;
  // The extra ones stay with those who have most: nothing moves for them.
  const byHoldings = members
    .map(member => ({ member, held: heldBy(member, topicIds, partitionCount) }))
    .sort((a, b) => b.held.length - a.held.length);
  const taken = new Set<string>();
  const shares = byHoldings.map(({ member, held }) => {
    const target: MutablePartitionMap = new Map();
    const share = quota + (withOneMore-- > 0 ? 1 : 0);
    const kept = held.filter(one => !taken.has(key(one))).slice(0, share);
    for (const one of kept) {
      addPartition(target, ...one);
      taken.add(key(one));
    }
    return { memberId: member.memberId, target, missing: share - kept.length };
  });
  const free = allPartitions(topicIds, partitionCount).filter(one => !taken.has(key(one)));
  let next = 0;
  for (const { target, missing } of shares) {
    for (const one of free.slice(next, next + missing)) addPartition(target, ...one);
    next += missing;
  }
  return new Map(shares.map(({ memberId, target }) => [memberId, target]));
}

/** Subscriptions differ: what is free goes to the least loaded subscriber, then loads are evened out one by one. */
function assignByBalancing(
  members: readonly AssignableMember[],
  partitionCount: (topicId: string) => number,
): ReadonlyMap<string, PartitionMap> {
  const loads = members.map(member => ({ member, held: heldBy(member, member.topicIds, partitionCount) }));
  const taken = new Set<string>();
  for (const load of loads) {
    load.held = load.held.filter(one => !taken.has(key(one)));
    for (const one of load.held) taken.add(key(one));
  }
  const topicIds = new Set(members.flatMap(member => [...member.topicIds]));
  const subscribers = new Map(
    Array.from(topicIds, topicId => [topicId, loads.filter(({ member }) => member.topicIds.has(topicId))] as const),
  );
  const leastLoaded = (topicId: string) =>
    (subscribers.get(topicId) ?? []).reduce((least, load) => (load.held.length < least.held.length ? load : least));
  // Topics with few subscribers first: the others can still make up for it.
  const free = allPartitions(topicIds, partitionCount).filter(one => !taken.has(key(one)));
  free.sort(([a], [b]) => (subscribers.get(a)?.length ?? 0) - (subscribers.get(b)?.length ?? 0));
  for (const one of free) leastLoaded(one[0]).held.push(one);
  for (let moved = true; moved;) {
    moved = false;
    for (const load of loads) {
      const index = load.held.findIndex(([topicId]) => leastLoaded(topicId).held.length < load.held.length - 1);
      if (index < 0) continue;
      // Each move makes the sum of squares smaller, so this ends.
      for (const one of load.held.splice(index, 1)) leastLoaded(one[0]).held.push(one);
      moved = true;
    }
  }
  return new Map(
    loads.map(({ member, held }) => {
      const target: MutablePartitionMap = new Map();
      for (const one of held) addPartition(target, ...one);
      return [member.memberId, target];
    }),
  );
}

/** What a member was to have so far, as far as it still exists and is still subscribed to. */
function heldBy(
  { target }: AssignableMember,
  topicIds: ReadonlySet<string>,
  partitionCount: (topicId: string) => number,
): TopicPartition[] {
  return [...partitionsOf(target)].filter(
    ([topicId, partition]) => topicIds.has(topicId) && partition < partitionCount(topicId),
  );
}

function allPartitions(topicIds: ReadonlySet<string>, partitionCount: (topicId: string) => number): TopicPartition[] {
  return Array.from(topicIds).flatMap(topicId =>
    Array.from({ length: partitionCount(topicId) }, (_, partition) => [topicId, partition] as const),
  );
}
