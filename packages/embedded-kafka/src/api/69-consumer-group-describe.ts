import { ErrorCode } from '../protocol/errors.js';
import { consumerGroupDescribeCodec } from '../protocol/generated/consumer-group-describe.js';
import { GROUP_OPERATIONS, OPERATIONS_NOT_REQUESTED } from './authorized-operations.js';
import { defineApi } from './api.js';

/**
 * ConsumerGroupDescribe: v0-1
 *
 * Groups of the classic protocol are not known here: clients ask DescribeGroups when they get GROUP_ID_NOT_FOUND.
 * - UNSUPPORTED_VERSION for each while the feature `group.version` is off.
 * - v1+ the protocol of each member (KIP-1099).
 */
export const consumerGroupDescribe = defineApi(consumerGroupDescribeCodec, {
  handle({ groupIds, includeAuthorizedOperations }, { broker }) {
    const authorizedOperations = includeAuthorizedOperations ? GROUP_OPERATIONS : OPERATIONS_NOT_REQUESTED;
    const isOn = broker.features.hasConsumerProtocol;
    return {
      groups: groupIds.map(groupId => {
        const group = groupId === '' || !isOn ? undefined : broker.groups.describeConsumer(groupId);
        if (group !== undefined) return { errorCode: ErrorCode.NONE, ...group, authorizedOperations };
        const notThere = groupId === '' ? ErrorCode.INVALID_GROUP_ID : ErrorCode.GROUP_ID_NOT_FOUND;
        const errorCode = isOn ? notThere : ErrorCode.UNSUPPORTED_VERSION;
        const isOther = broker.groups.has(groupId);
        const missing = isOther ? `Group ${groupId} is not a consumer group.` : `Group ${groupId} not found.`;
        return {
          errorCode,
          errorMessage: groupId === '' || !isOn ? null : missing,
          groupId,
          groupState: '',
          groupEpoch: 0,
          assignmentEpoch: 0,
          assignorName: '',
          members: [],
        };
      }),
    };
  },
});
