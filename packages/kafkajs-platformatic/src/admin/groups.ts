import { KafkaJSDeleteGroupsError, type DeleteGroupsFailure } from '../errors/admin-errors.js';
import { createProtocolError } from '../errors/protocol-errors.js';
import { DeleteGroupsApi, DescribeGroupsApi, ListGroupsApi } from '../wire/apis.js';
import type { AdminRequests } from './admin-requests.js';
import type { ConsumerGroupState, DeleteGroupsResult, GroupDescription, GroupOverview } from './admin-types.js';
import { assertArray, assertName } from './argument-check.js';

/** Brokers say "Unknown" of a group they do not know only in newer versions; KafkaJS's users know it as "Dead". */
const GROUP_ID_NOT_FOUND = 69;

/** The groups of every broker: each knows those that it coordinates. */
export function listGroups(requests: AdminRequests): Promise<{ groups: GroupOverview[] }> {
  return requests.attempt(async () => {
    const { brokers } = await requests.cluster.metadata([], { retry: false });
    const responses = await Promise.all(
      brokers.map(({ nodeId }) => requests.cluster.request(nodeId, 'default', ListGroupsApi, [], [])),
    );
    return {
      groups: responses.flatMap(({ groups }) => groups.map(({ groupId, protocolType }) => ({ groupId, protocolType }))),
    };
  });
}

/** A group that does not exist is "Dead". Metadata and assignments are as the members sent them. */
export async function describeGroups(
  requests: AdminRequests,
  groupIds: string[],
): Promise<{ groups: GroupDescription[] }> {
  assertArray('groupIds', groupIds, true);
  for (const groupId of groupIds) {
    assertName('groupId', groupId);
  }
  return { groups: await Promise.all(groupIds.map(groupId => describeGroup(requests, groupId))) };
}

function describeGroup(requests: AdminRequests, groupId: string): Promise<GroupDescription> {
  return requests.attempt(async () => {
    const { groups } = await requests.atCoordinator(groupId, DescribeGroupsApi, [[groupId], false], response =>
      response.groups.map(({ errorCode }) => errorCode),
    );
    const [group] = groups;
    if (group === undefined || (group.errorCode !== 0 && group.errorCode !== GROUP_ID_NOT_FOUND)) {
      throw createProtocolError(group?.errorCode ?? -1, `Group "${groupId}"`);
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
  });
}

/** @throws KafkaJSDeleteGroupsError with each group that was refused; the others are deleted. */
export async function deleteGroups(requests: AdminRequests, groupIds: string[]): Promise<DeleteGroupsResult[]> {
  assertArray('groupIds', groupIds, true);
  for (const groupId of groupIds) {
    assertName('groupId', groupId);
  }
  const results = await Promise.all(groupIds.map(groupId => deleteGroup(requests, groupId)));
  const failures: DeleteGroupsFailure[] = results.flatMap(({ groupId, errorCode, error }) =>
    error === undefined ? [] : [{ groupId, errorCode, error }],
  );
  if (failures.length > 0) {
    const reasons = failures.map(({ error }) => error.message).join('; ');
    throw new KafkaJSDeleteGroupsError(`Error in DeleteGroups: ${reasons}`, failures);
  }
  return results;
}

function deleteGroup(
  requests: AdminRequests,
  groupId: string,
): Promise<DeleteGroupsResult & { readonly errorCode: number }> {
  return requests.attempt(async () => {
    const { results } = await requests.atCoordinator(groupId, DeleteGroupsApi, [[groupId]], response =>
      response.results.map(({ errorCode }) => errorCode),
    );
    const errorCode = results[0]?.errorCode ?? -1;
    return errorCode === 0
      ? { groupId, errorCode }
      : { groupId, errorCode, error: createProtocolError(errorCode, `Group "${groupId}"`) };
  });
}
