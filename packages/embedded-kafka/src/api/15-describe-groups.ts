import { ErrorCode } from '../protocol/errors.js';
import { describeGroupsCodec } from '../protocol/generated/describe-groups.js';
import { defineApi } from './api.js';

/** READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS and ALTER_CONFIGS as bits: without ACLs, everyone may do all of it. */
const allGroupOperations = (1 << 3) | (1 << 6) | (1 << 8) | (1 << 10) | (1 << 11);

/**
 * DescribeGroups: v0-6
 *
 * Protocol and metadata are shown only while the group is stable.
 * - v3+ authorized operations on demand. v4+ instance ids.
 * - v6 answers GROUP_ID_NOT_FOUND for a group that does not exist (KIP-1043); before, it is `Dead` without an error.
 */
export const describeGroups = defineApi(describeGroupsCodec, {
  handle({ groups, includeAuthorizedOperations }, { version, broker }) {
    const authorizedOperations = includeAuthorizedOperations ? allGroupOperations : undefined;
    return {
      groups: groups.map(groupId => {
        const group = broker.groups.describe(groupId);
        if (group !== undefined) return { errorCode: ErrorCode.NONE, ...group, authorizedOperations };
        const missing = { groupId, groupState: 'Dead', protocolType: '', protocolData: '', members: [] };
        if (version < 6) return { errorCode: ErrorCode.NONE, ...missing, authorizedOperations };
        return { errorCode: ErrorCode.GROUP_ID_NOT_FOUND, errorMessage: `Group ${groupId} not found.`, ...missing };
      }),
    };
  },
});
