import { ErrorCode } from '../protocol/errors.js';
import { listGroupsCodec } from '../protocol/generated/list-groups.js';
import { defineApi } from './api.js';

/**
 * ListGroups: v0-5
 *
 * Filters are compared without regard to case; an empty one lets everything through, an unknown name nothing.
 * - v4+ by state (KIP-518). v5+ by type (KIP-848).
 */
export const listGroups = defineApi(listGroupsCodec, {
  handle({ statesFilter, typesFilter }, { broker }) {
    const states = new Set(statesFilter.map(state => state.trim().toLowerCase()));
    const types = new Set(typesFilter.map(type => type.trim().toLowerCase()));
    return {
      errorCode: ErrorCode.NONE,
      groups: broker.groups.list().filter(({ groupState, groupType }) => {
        return (
          (states.size === 0 || states.has(groupState.toLowerCase())) &&
          (types.size === 0 || types.has(groupType.toLowerCase()))
        );
      }),
    };
  },
});
