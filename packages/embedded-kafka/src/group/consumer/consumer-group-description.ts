import type { GroupListing } from '../group-description.js';
import { uniformAssignor } from './uniform-assignor.js';
import type { ConsumerGroup, ConsumerGroupState } from './consumer-group.js';
import type { ConsumerMember } from './consumer-member.js';
import { toTopicPartitions, type PartitionMap } from './partition-map.js';
import type { TopicDirectory } from './topic-directory.js';

/** Which protocol a member speaks (KIP-1099). */
const MEMBER_TYPES = { classic: 0, consumer: 1 } as const;

interface DescribedPartitions {
  readonly topicPartitions: readonly {
    readonly topicId: string;
    readonly topicName: string;
    readonly partitions: readonly number[];
  }[];
}

export interface ConsumerMemberDescription {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly memberEpoch: number;
  readonly clientId: string;
  readonly clientHost: string;
  readonly subscribedTopicNames: readonly string[];
  readonly subscribedTopicRegex: string;
  readonly assignment: DescribedPartitions;
  readonly targetAssignment: DescribedPartitions;
  readonly memberType: number;
}

/** A group as ConsumerGroupDescribe shows it. */
export interface ConsumerGroupDescription {
  readonly groupId: string;
  readonly groupState: ConsumerGroupState;
  readonly groupEpoch: number;
  readonly assignmentEpoch: number;
  readonly assignorName: string;
  readonly members: readonly ConsumerMemberDescription[];
}

export function describeConsumerGroup(group: ConsumerGroup, directory: TopicDirectory): ConsumerGroupDescription {
  return {
    groupId: group.id,
    groupState: group.state,
    groupEpoch: group.epoch,
    assignmentEpoch: group.assignmentEpoch,
    assignorName: group.preferredAssignor ?? uniformAssignor.name,
    members: Array.from(group.members.values(), member => describeMember(member, directory)),
  };
}

function describeMember(member: ConsumerMember, directory: TopicDirectory): ConsumerMemberDescription {
  return {
    memberId: member.memberId,
    instanceId: member.instanceId,
    rackId: member.rackId,
    memberEpoch: member.epoch,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: member.subscribedNames.toSorted(),
    subscribedTopicRegex: member.subscribedPattern?.source ?? '',
    assignment: describePartitions(member.assigned, directory),
    targetAssignment: describePartitions(member.target, directory),
    memberType: member.classic === undefined ? MEMBER_TYPES.consumer : MEMBER_TYPES.classic,
  };
}

/** A topic that is deleted has no name any more, and is left out. */
function describePartitions(map: PartitionMap, directory: TopicDirectory): DescribedPartitions {
  const topicPartitions = toTopicPartitions(map).flatMap(({ topicId, partitions }) => {
    const topic = directory.topicById(topicId);
    return topic === undefined ? [] : [{ topicId, topicName: topic.name, partitions }];
  });
  return { topicPartitions };
}

export function listConsumerGroup(group: ConsumerGroup): GroupListing {
  return { groupId: group.id, protocolType: 'consumer', groupState: group.state, groupType: 'consumer' };
}
