import type { ClassicGroup } from './classic-group.js';
import type { ConsumerGroupState } from './consumer/consumer-group.js';
import type { GroupState } from './group-state.js';

/** A member as DescribeGroups shows it. */
export interface MemberDescription {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly memberMetadata: Buffer;
  readonly memberAssignment: Buffer;
}

/** A group as DescribeGroups shows it. */
export interface GroupDescription {
  readonly groupId: string;
  readonly groupState: GroupState;
  readonly protocolType: string;
  /** The chosen protocol; like the members' metadata, only known to describers while the group is stable. */
  readonly protocolData: string;
  readonly members: MemberDescription[];
}

/** A group as ListGroups shows it. */
export interface GroupListing {
  readonly groupId: string;
  readonly protocolType: string;
  readonly groupState: GroupState | ConsumerGroupState;
  readonly groupType: string;
}

export function describeGroup(group: ClassicGroup): GroupDescription {
  const protocolName = group.state === 'Stable' ? group.protocolName : null;
  return {
    groupId: group.id,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: protocolName ?? '',
    members: Array.from(group.members.values(), member => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: member.metadataFor(protocolName),
      memberAssignment: member.assignment,
    })),
  };
}

export function listGroup(group: ClassicGroup): GroupListing {
  return {
    groupId: group.id,
    protocolType: group.protocolType ?? '',
    groupState: group.state,
    groupType: 'classic',
  };
}
