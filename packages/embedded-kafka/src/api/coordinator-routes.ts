import { ErrorCode } from '../protocol/errors.js';
import { addOffsetsToTxnCodec } from '../protocol/generated/add-offsets-to-txn.js';
import { addPartitionsToTxnCodec } from '../protocol/generated/add-partitions-to-txn.js';
import { consumerGroupDescribeCodec } from '../protocol/generated/consumer-group-describe.js';
import { consumerGroupHeartbeatCodec } from '../protocol/generated/consumer-group-heartbeat.js';
import { deleteGroupsCodec } from '../protocol/generated/delete-groups.js';
import { describeGroupsCodec } from '../protocol/generated/describe-groups.js';
import { describeTransactionsCodec } from '../protocol/generated/describe-transactions.js';
import { endTxnCodec } from '../protocol/generated/end-txn.js';
import { heartbeatCodec } from '../protocol/generated/heartbeat.js';
import { initProducerIdCodec } from '../protocol/generated/init-producer-id.js';
import { joinGroupCodec } from '../protocol/generated/join-group.js';
import { leaveGroupCodec } from '../protocol/generated/leave-group.js';
import { listGroupsCodec } from '../protocol/generated/list-groups.js';
import { listTransactionsCodec } from '../protocol/generated/list-transactions.js';
import { offsetCommitCodec } from '../protocol/generated/offset-commit.js';
import { offsetDeleteCodec } from '../protocol/generated/offset-delete.js';
import { offsetFetchCodec } from '../protocol/generated/offset-fetch.js';
import { syncGroupCodec } from '../protocol/generated/sync-group.js';
import { txnOffsetCommitCodec } from '../protocol/generated/txn-offset-commit.js';
import type { AnyApi } from './api.js';
import { each, listed, since, single, type Route } from './coordinator-routing.js';

const { NOT_COORDINATOR } = ErrorCode;

const MAX_TRANSACTION_TIMEOUT_MS = 900_000;
const isPossibleTimeout = (ms: number): boolean => ms > 0 && ms <= MAX_TRANSACTION_TIMEOUT_MS;

const undescribed = { groupState: '', protocolType: '', protocolData: '', members: [] };
const undescribedConsumers = { groupState: '', groupEpoch: 0, assignmentEpoch: 0, assignorName: '', members: [] };
const undescribedTransaction = {
  transactionState: '',
  transactionTimeoutMs: 0,
  transactionStartTimeMs: 0n,
  producerId: 0n,
  producerEpoch: 0,
  topics: [],
};

/** The APIs that only a coordinator answers, by name. */
const routes: ReadonlyMap<string, Route> = new Map([
  single(offsetCommitCodec, 'group', request => request.groupId),
  since(
    8,
    each(offsetFetchCodec, 'group', {
      itemsOf: request => request.groups,
      keyOf: ({ groupId }) => groupId,
      withItems: (request, groups) => ({ ...request, groups: [...groups] }),
      withRefused: (answer, groups) => ({
        ...answer,
        groups: [
          ...(answer.groups ?? []),
          ...groups.map(({ groupId }) => ({ groupId, topics: [], errorCode: NOT_COORDINATOR })),
        ],
      }),
    }),
    single(offsetFetchCodec, 'group', request => request.groupId),
  ),
  single(joinGroupCodec, 'group', request => request.groupId),
  single(heartbeatCodec, 'group', request => request.groupId),
  single(leaveGroupCodec, 'group', request => request.groupId),
  single(syncGroupCodec, 'group', request => request.groupId),
  single(consumerGroupHeartbeatCodec, 'group', request => request.groupId),
  each(consumerGroupDescribeCodec, 'group', {
    itemsOf: request => request.groupIds,
    keyOf: groupId => groupId,
    withItems: (request, groupIds) => ({ ...request, groupIds: [...groupIds] }),
    withRefused: (answer, groupIds) => ({
      ...answer,
      groups: [
        ...answer.groups,
        ...groupIds.map(groupId => ({ ...undescribedConsumers, groupId, errorCode: NOT_COORDINATOR })),
      ],
    }),
  }),
  each(describeGroupsCodec, 'group', {
    itemsOf: request => request.groups,
    keyOf: groupId => groupId,
    withItems: (request, groups) => ({ ...request, groups: [...groups] }),
    withRefused: (answer, groupIds) => ({
      ...answer,
      groups: [...answer.groups, ...groupIds.map(groupId => ({ ...undescribed, groupId, errorCode: NOT_COORDINATOR }))],
    }),
  }),
  listed(listGroupsCodec, (answer, isListed) => ({
    ...answer,
    groups: answer.groups.filter(({ groupId }) => isListed('group', groupId)),
  })),
  each(deleteGroupsCodec, 'group', {
    itemsOf: request => request.groupsNames,
    keyOf: groupId => groupId,
    withItems: (request, groupsNames) => ({ ...request, groupsNames: [...groupsNames] }),
    withRefused: (answer, groupIds) => ({
      ...answer,
      results: [...answer.results, ...groupIds.map(groupId => ({ groupId, errorCode: NOT_COORDINATOR }))],
    }),
  }),
  single(
    offsetDeleteCodec,
    'group',
    request => request.groupId,
    () => ({ errorCode: NOT_COORDINATOR, topics: [] }),
  ),
  // Kafka refuses such a timeout before it looks who the coordinator is.
  single(initProducerIdCodec, 'transaction', ({ transactionalId, transactionTimeoutMs }) =>
    isPossibleTimeout(transactionTimeoutMs) ? transactionalId : null,
  ),
  since(
    4,
    each(addPartitionsToTxnCodec, 'transaction', {
      itemsOf: request => request.transactions,
      keyOf: ({ transactionalId }) => transactionalId,
      withItems: (request, transactions) => ({ ...request, transactions: [...transactions] }),
      withRefused: (answer, transactions) => ({
        ...answer,
        resultsByTransaction: [
          ...(answer.resultsByTransaction ?? []),
          ...transactions.map(({ transactionalId, topics }) => ({
            transactionalId,
            topicResults: topics.map(({ name, partitions }) => ({
              name,
              resultsByPartition: partitions.map(partitionIndex => ({
                partitionIndex,
                partitionErrorCode: NOT_COORDINATOR,
              })),
            })),
          })),
        ],
      }),
    }),
    single(addPartitionsToTxnCodec, 'transaction', request => request.v3AndBelowTransactionalId),
  ),
  single(addOffsetsToTxnCodec, 'transaction', request => request.transactionalId),
  single(endTxnCodec, 'transaction', request => request.transactionalId),
  single(txnOffsetCommitCodec, 'group', request => request.groupId),
  each(describeTransactionsCodec, 'transaction', {
    itemsOf: request => request.transactionalIds,
    keyOf: id => id,
    withItems: (request, transactionalIds) => ({ ...request, transactionalIds: [...transactionalIds] }),
    withRefused: (answer, ids) => ({
      ...answer,
      transactionStates: [
        ...answer.transactionStates,
        ...ids.map(transactionalId => ({ ...undescribedTransaction, transactionalId, errorCode: NOT_COORDINATOR })),
      ],
    }),
  }),
  listed(listTransactionsCodec, (answer, isListed) => ({
    ...answer,
    transactionStates: answer.transactionStates.filter(({ transactionalId }) =>
      isListed('transaction', transactionalId),
    ),
  })),
]);

/** The API as one of several nodes serves it: NOT_COORDINATOR for groups and transactional ids that another one coordinates. */
export function routeToCoordinator(api: AnyApi): AnyApi {
  const route = routes.get(api.name);
  if (route === undefined) return api;
  return { ...api, handle: (request, context) => route(request, context, mine => api.handle(mine, context)) };
}
