import { AssignerProtocol } from '../assigners/index.js';
import { KafkaJSServerDoesNotSupportApiKey } from '../errors/connection-errors.js';
import { createProtocolError } from '../errors/protocol-errors.js';
import type { WireApi } from '../wire/api.js';
import { ConsumerGroupDescribeApi, DescribeGroupsApi } from '../wire/apis.js';
import type { ConsumerGroupState, GroupDescription } from './group-description.js';

/** Sends one request to the coordinator of the group. */
export type AskCoordinator = <
  Args extends readonly unknown[],
  Response extends { readonly groups: readonly { readonly errorCode: number }[] },
>(
  api: WireApi<Args, Response>,
  ...args: Args
) => Promise<Response>;

const COORDINATOR_NOT_AVAILABLE = 15;
/** What newer brokers say of a group that they do not know as one of the classic protocol; older ones say "Dead". */
const GROUP_ID_NOT_FOUND = 69;
const CONSUMER_PROTOCOL_VERSION = 0;

/** The states of KIP-848 by the names that KafkaJS has for what happens in them. */
const STATES: Readonly<Record<string, ConsumerGroupState>> = {
  Empty: 'Empty',
  Assigning: 'PreparingRebalance',
  Reconciling: 'CompletingRebalance',
  Stable: 'Stable',
  Dead: 'Dead',
};

/**
 * Describes a group of either protocol; one that does not exist is "Dead". Metadata and assignments of a classic group
 * are as its members sent them, those of a KIP-848 group are in the same format. One attempt.
 * @throws KafkaJSProtocolError naming the group
 */
export async function describeGroup(groupId: string, ask: AskCoordinator): Promise<GroupDescription> {
  const [group] = (await ask(DescribeGroupsApi, [groupId], false)).groups;
  if (group === undefined || (group.errorCode !== 0 && group.errorCode !== GROUP_ID_NOT_FOUND)) {
    throw createProtocolError(group?.errorCode ?? COORDINATOR_NOT_AVAILABLE, `Group "${groupId}"`);
  }
  if (group.errorCode === GROUP_ID_NOT_FOUND || group.groupState === 'Dead') {
    const described = await describeConsumerGroup(groupId, ask);
    if (described !== null) {
      return described;
    }
  }
  return {
    errorCode: 0,
    groupId,
    // The names of the protocol are those of the type.
    state: (group.errorCode === 0 ? group.groupState : 'Dead') as ConsumerGroupState,
    protocolType: group.protocolType,
    protocol: group.protocolData,
    members: group.members.map(({ memberId, clientId, clientHost, memberMetadata, memberAssignment }) => ({
      memberId,
      clientId,
      clientHost,
      memberMetadata: memberMetadata ?? Buffer.alloc(0),
      memberAssignment: memberAssignment ?? Buffer.alloc(0),
    })),
  };
}

/** `null` if the broker has no such group, or no such groups at all. */
async function describeConsumerGroup(groupId: string, ask: AskCoordinator): Promise<GroupDescription | null> {
  let response;
  try {
    response = await ask(ConsumerGroupDescribeApi, [groupId], false);
  } catch (error) {
    if (error instanceof KafkaJSServerDoesNotSupportApiKey) {
      return null;
    }
    throw error;
  }
  const [group] = response.groups;
  if (group === undefined || group.errorCode === GROUP_ID_NOT_FOUND) {
    return null;
  }
  if (group.errorCode !== 0) {
    throw createProtocolError(group.errorCode, `Group "${groupId}"`);
  }
  return {
    errorCode: 0,
    groupId,
    state: STATES[group.groupState] ?? 'Unknown',
    protocolType: 'consumer',
    protocol: group.assignorName,
    members: group.members.map(({ memberId, clientId, clientHost, subscribedTopicNames, assignment }) => ({
      memberId,
      clientId,
      clientHost,
      memberMetadata: AssignerProtocol.MemberMetadata.encode({
        version: CONSUMER_PROTOCOL_VERSION,
        topics: subscribedTopicNames,
      }),
      memberAssignment: AssignerProtocol.MemberAssignment.encode({
        version: CONSUMER_PROTOCOL_VERSION,
        assignment: Object.fromEntries(
          assignment.topicPartitions.map(({ topicName, partitions }) => [topicName, partitions]),
        ),
      }),
    })),
  };
}
