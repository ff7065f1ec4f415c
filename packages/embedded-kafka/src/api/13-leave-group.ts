import { ErrorCode } from '../protocol/errors.js';
import { leaveGroupCodec } from '../protocol/generated/leave-group.js';
import { defineApi } from './api.js';

/**
 * LeaveGroup: v0-5
 *
 * - v0-2 one member, whose error is the answer's.
 * - v3+ several members, each with its own error; a static one may be named by its instance id alone (KIP-345).
 */
export const leaveGroup = defineApi(leaveGroupCodec, {
  handle({ groupId, memberId, members }, { version, broker }) {
    if (version >= 3) return broker.groups.leave(groupId, members);
    const left = broker.groups.leave(groupId, [{ memberId, groupInstanceId: null, reason: null }]);
    const errorCode = left.errorCode === ErrorCode.NONE ? left.members[0]?.errorCode : left.errorCode;
    return { errorCode: errorCode ?? ErrorCode.UNKNOWN_MEMBER_ID };
  },
});
