import { ErrorCode } from '../protocol/errors.js';
import { describeGroupsCodec } from '../protocol/generated/describe-groups.js';
import { GROUP_OPERATIONS } from './authorized-operations.js';
import { defineApi } from './api.js';

/**
 * DescribeGroups: v0-6
 *
 * Protocol and metadata are shown only while the group is stable.
 * - v3+ authorized operations on demand. v4+ instance ids.
 * - v6 answers GROUP_ID_NOT_FOUND for a group that does not exist (KIP-1043); before, it is `Dead` without an error.
 */
export const describeGroups = defineApi(describeGroupsCodec, {
  handle({ groups, includeAuthorizedOperations }, { version, broker }) {
    const authorizedOperations = includeAuthorizedOperations ? GROUP_OPERATIONS : undefined;
    return {
      groups: groups.map(groupId => {
        const group = broker.groups.describe(groupId);
        if (group !== undefined) return { errorCode: ErrorCode.NONE, ...group, authorizedOperations };
        const missing = { groupId, groupState: 'Dead', protocolType: '', protocolData: '', members: [] };
        if (version < 6) return { errorCode: ErrorCode.NONE, ...missing, authorizedOperations };
        return {
          errorCode: ErrorCode.GROUP_ID_NOT_FOUND,
          errorMessage: broker.groups.has(groupId)
            ? `Group ${groupId} is not a classic group.`
            : `Group ${groupId} not found.`,
          ...missing,
        };
      }),
    };
  },
});
