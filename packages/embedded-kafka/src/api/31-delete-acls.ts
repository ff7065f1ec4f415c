import { ErrorCode } from '../protocol/errors.js';
import { deleteAclsCodec } from '../protocol/generated/delete-acls.js';
import type { DeleteAclsFilter } from '../protocol/generated/delete-acls-request.js';
import type { AclFilter } from '../security/acl/acl-binding.js';
import { filterFault } from './acl-filters.js';
import { defineApi } from './api.js';
import { CloseConnectionError } from './close-connection-error.js';

/**
 * DeleteAcls, v1-3.
 *
 * - Deletes what the filters mean and tells what that was: what two of them mean is told of both.
 * - SECURITY_DISABLED without an authorizer. A filter with a type that does not exist closes the connection.
 */
export const deleteAcls = defineApi(deleteAclsCodec, {
  handle({ filters }, { broker: { authorizer } }) {
    const wanted = filters.map(toFilter);
    for (const filter of wanted) {
      const fault = filterFault(filter);
      if (fault) throw new CloseConnectionError(`DeleteAcls: ${fault}`);
    }
    if (authorizer === undefined) {
      const errorMessage = 'No Authorizer is configured.';
      return {
        filterResults: filters.map(() => ({ errorCode: ErrorCode.SECURITY_DISABLED, errorMessage, matchingAcls: [] })),
      };
    }
    const found = wanted.map(filter => authorizer.find(filter));
    for (const acls of found) for (const acl of acls) authorizer.remove(acl);
    return {
      filterResults: found.map(acls => ({
        errorCode: ErrorCode.NONE,
        errorMessage: null,
        matchingAcls: acls.map(acl => ({ errorCode: ErrorCode.NONE, errorMessage: null, ...acl })),
      })),
    };
  },
});

const toFilter = (filter: DeleteAclsFilter): AclFilter => ({
  resourceType: filter.resourceTypeFilter,
  resourceName: filter.resourceNameFilter,
  patternType: filter.patternTypeFilter,
  principal: filter.principalFilter,
  host: filter.hostFilter,
  operation: filter.operation,
  permissionType: filter.permissionType,
});
