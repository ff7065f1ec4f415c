import { OPERATIONS_NOT_REQUESTED } from '../../api/authorized-operations.js';
import { refusals } from '../../faults/refusals.js';
import type { ApiCodec } from '../../protocol/codec.js';
import { ErrorCode } from '../../protocol/errors.js';
import { consumerGroupDescribeCodec } from '../../protocol/generated/consumer-group-describe.js';
import { consumerGroupHeartbeatCodec } from '../../protocol/generated/consumer-group-heartbeat.js';
import { deleteGroupsCodec } from '../../protocol/generated/delete-groups.js';
import { describeGroupsCodec } from '../../protocol/generated/describe-groups.js';
import { findCoordinatorCodec } from '../../protocol/generated/find-coordinator.js';
import { heartbeatCodec } from '../../protocol/generated/heartbeat.js';
import { joinGroupCodec } from '../../protocol/generated/join-group.js';
import { leaveGroupCodec } from '../../protocol/generated/leave-group.js';
import { listGroupsCodec } from '../../protocol/generated/list-groups.js';
import { syncGroupCodec } from '../../protocol/generated/sync-group.js';
import type { Access } from '../acl/access.js';
import { Operation, ResourceType } from '../acl/acl-binding.js';
import { each, filtered, inOrder, whole } from './guard.js';

const { READ, DESCRIBE, DELETE } = Operation;
const DENIED = ErrorCode.GROUP_AUTHORIZATION_FAILED;

/** Answers everything that was asked with an error. */
export function refusedWith<Q, I, R, A>(
  { name }: ApiCodec<Q, I, R, A>,
  errorCode: number,
): (request: Q, context: { readonly version: number }) => A {
  return (request, { version }) => {
    const refuse = refusals.get(name);
    if (refuse === undefined) throw new RangeError(`${name} has no entry in the table of refusals`);
    return refuse(request, errorCode, version) as A;
  };
}

interface OfGroup {
  readonly groupId: string;
}
const mayRead = (access: Access, { groupId }: OfGroup): boolean => access.group(READ, groupId);

const GROUP = 0;

function mayFind(access: Access, keyType: number, key: string): boolean {
  if (keyType === GROUP) return access.group(DESCRIBE, key);
  return keyType !== 1 || access.transactionalId(DESCRIBE, key);
}

const cannotFind = (keyType: number) => ({
  nodeId: -1,
  host: '',
  port: -1,
  errorCode: keyType === GROUP ? DENIED : ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
  errorMessage: null,
});

function groupOperations(access: Access, asked: number | undefined, groupId: string): number {
  if (asked === undefined || asked === OPERATIONS_NOT_REQUESTED) return OPERATIONS_NOT_REQUESTED;
  return access.operations(ResourceType.GROUP, groupId);
}

/** Who may be in groups, and see them. */
export const groupGuards = [
  inOrder(
    whole(
      findCoordinatorCodec,
      (access, { key, keyType, coordinatorKeys }) => coordinatorKeys.length > 0 || mayFind(access, keyType, key),
      ({ keyType }) => ({ ...cannotFind(keyType), coordinators: [] }),
    ),
    [
      findCoordinatorCodec.key,
      (request, access, context, handle) => {
        const { keyType } = request as { readonly keyType: number };
        const [, guard] = each(findCoordinatorCodec, {
          itemsOf: ({ coordinatorKeys }) => coordinatorKeys,
          withItems: (all, coordinatorKeys) => ({ ...all, coordinatorKeys }),
          may: (one, key) => mayFind(one, keyType, key),
          withRefused: (answer, refused) => ({
            ...answer,
            coordinators: [...(answer.coordinators ?? []), ...refused.map(key => ({ ...cannotFind(keyType), key }))],
          }),
        });
        return guard(request, access, context, handle);
      },
    ],
  ),
  whole(joinGroupCodec, mayRead, refusedWith(joinGroupCodec, DENIED)),
  whole(syncGroupCodec, mayRead, refusedWith(syncGroupCodec, DENIED)),
  whole(heartbeatCodec, mayRead, refusedWith(heartbeatCodec, DENIED)),
  whole(leaveGroupCodec, mayRead, refusedWith(leaveGroupCodec, DENIED)),
  inOrder(
    filtered(describeGroupsCodec, (answer, access) => ({
      ...answer,
      groups: answer.groups.map(group =>
        group.errorCode === DENIED
          ? group
          : { ...group, authorizedOperations: groupOperations(access, group.authorizedOperations, group.groupId) },
      ),
    })),
    each(describeGroupsCodec, {
      itemsOf: ({ groups }) => groups,
      withItems: (request, groups) => ({ ...request, groups }),
      may: (access, groupId) => access.group(DESCRIBE, groupId),
      withRefused: (answer, refused) => ({
        ...answer,
        groups: [
          ...answer.groups,
          ...refused.map(groupId => ({
            errorCode: DENIED,
            groupId,
            groupState: '',
            protocolType: '',
            protocolData: '',
            members: [],
          })),
        ],
      }),
    }),
  ),
  filtered(listGroupsCodec, (answer, access) =>
    access.cluster(DESCRIBE)
      ? answer
      : { ...answer, groups: answer.groups.filter(({ groupId }) => access.group(DESCRIBE, groupId)) },
  ),
  each(deleteGroupsCodec, {
    itemsOf: ({ groupsNames }) => groupsNames,
    withItems: (request, groupsNames) => ({ ...request, groupsNames }),
    may: (access, groupId) => access.group(DELETE, groupId),
    withRefused: (answer, refused) => ({
      ...answer,
      results: [...answer.results, ...refused.map(groupId => ({ groupId, errorCode: DENIED }))],
    }),
  }),
  inOrder(
    whole(consumerGroupHeartbeatCodec, mayRead, () => consumerGroupError(DENIED)),
    whole(
      consumerGroupHeartbeatCodec,
      (access, { subscribedTopicNames }) => (subscribedTopicNames ?? []).every(name => access.topic(DESCRIBE, name)),
      () => consumerGroupError(ErrorCode.TOPIC_AUTHORIZATION_FAILED),
    ),
  ),
  inOrder(
    filtered(consumerGroupDescribeCodec, (answer, access) => ({
      ...answer,
      groups: answer.groups.map(group =>
        group.errorCode === DENIED
          ? group
          : { ...group, authorizedOperations: groupOperations(access, group.authorizedOperations, group.groupId) },
      ),
    })),
    each(consumerGroupDescribeCodec, {
      itemsOf: ({ groupIds }) => groupIds,
      withItems: (request, groupIds) => ({ ...request, groupIds }),
      may: (access, groupId) => access.group(DESCRIBE, groupId),
      withRefused: (answer, refused) => ({
        ...answer,
        groups: [
          ...answer.groups,
          ...refused.map(groupId => ({
            errorCode: DENIED,
            errorMessage: null,
            groupId,
            groupState: '',
            groupEpoch: 0,
            assignmentEpoch: 0,
            assignorName: '',
            members: [],
          })),
        ],
      }),
    }),
  ),
];

const consumerGroupError = (errorCode: number) => ({
  errorCode,
  errorMessage: null,
  memberId: null,
  memberEpoch: 0,
  heartbeatIntervalMs: 0,
  assignment: null,
});
