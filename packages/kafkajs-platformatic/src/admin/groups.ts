import { KafkaJSDeleteGroupsError, type DeleteGroupsFailure } from '../errors/admin-errors.js';
import { createProtocolError } from '../errors/protocol-errors.js';
import { describeGroup } from '../group/describe-group.js';
import type { GroupDescription } from '../group/group-description.js';
import { DeleteGroupsApi, ListGroupsApi } from '../wire/apis.js';
import type { AdminRequests } from './admin-requests.js';
import type { DeleteGroupsResult, GroupOverview } from './admin-types.js';
import { assertArray, assertName } from './argument-check.js';

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

/** Groups of either protocol; one that does not exist is "Dead". */
export async function describeGroups(
  requests: AdminRequests,
  groupIds: string[],
): Promise<{ groups: GroupDescription[] }> {
  assertArray('groupIds', groupIds, true);
  for (const groupId of groupIds) {
    assertName('groupId', groupId);
  }
  return { groups: await Promise.all(groupIds.map(groupId => describe(requests, groupId))) };
}

function describe(requests: AdminRequests, groupId: string): Promise<GroupDescription> {
  return requests.attempt(() =>
    describeGroup(groupId, (api, ...args) =>
      requests.atCoordinator(groupId, api, args, ({ groups }) => groups.map(({ errorCode }) => errorCode)),
    ),
  );
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
