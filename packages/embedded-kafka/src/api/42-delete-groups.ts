import { deleteGroupsCodec } from '../protocol/generated/delete-groups.js';
import { defineApi } from './api.js';

/**
 * DeleteGroups: v0-2
 *
 * Only a group without members is deleted, and its committed offsets with it (KIP-229).
 */
export const deleteGroups = defineApi(deleteGroupsCodec, {
  handle({ groupsNames }, { broker }) {
    const groupIds = new Set(groupsNames);
    return { results: Array.from(groupIds, groupId => ({ groupId, errorCode: broker.groups.deleteGroup(groupId) })) };
  },
});
