import type { Broker } from '../broker.js';

/** A consumer group, whichever protocol its members speak. */
export interface GroupStatus {
  readonly group: string;
  readonly type: 'classic' | 'consumer';
  /** As ListGroups tells it, e.g. `Stable` or `Empty`. */
  readonly state: string;
  readonly members: readonly GroupMemberStatus[];
}

export interface GroupMemberStatus {
  readonly memberId: string;
  /** `group.instance.id`; null for a dynamic member. */
  readonly instanceId: string | null;
  readonly clientId: string;
}

/** How far a group has come in a partition. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  readonly committed: number;
  /** The last stable offset: as far as a `read_committed` consumer gets. */
  readonly end: number;
  /** Offsets between them; the markers of transactions count. */
  readonly lag: number;
}

export function groupStatus({ groups }: Broker): GroupStatus[] {
  return groups.list().map(({ groupId, groupState, groupType }) => {
    const type = groupType === 'consumer' ? 'consumer' : 'classic';
    return { group: groupId, type, state: groupState, members: membersOf(groups, groupId) };
  });
}

export function membersOf(groups: Broker['groups'], groupId: string): GroupMemberStatus[] {
  const classic = groups.describe(groupId)?.members.map(({ memberId, groupInstanceId, clientId }) => ({
    memberId,
    instanceId: groupInstanceId,
    clientId,
  }));
  return (
    classic ??
    groups.describeConsumer(groupId)?.members.map(({ memberId, instanceId, clientId }) => ({
      memberId,
      instanceId,
      clientId,
    })) ??
    []
  );
}

/** For each partition that the group committed an offset of and that still is there. */
export function groupLag({ cluster, groups }: Broker, groupId: string): PartitionLag[] {
  const offsets = groups.offsets.of(groupId);
  return Array.from(offsets?.topics() ?? []).flatMap(([name, partitions]) =>
    partitions.flatMap(index => {
      const partition = cluster.topic(name)?.partitions[index];
      const committed = offsets?.get(name, index);
      if (partition === undefined || committed === undefined) return [];
      const [at, end] = [Number(committed.offset), partition.lastStableOffset];
      return [{ topic: name, partition: index, committed: at, end, lag: Math.max(0, end - at) }];
    }),
  );
}
