import { ErrorCode } from '../protocol/errors.js';
import { describeAclsCodec } from '../protocol/generated/describe-acls.js';
import type { AclBinding, AclFilter } from '../security/acl/acl-binding.js';
import { defineApi } from './api.js';
import { filterFault } from './acl-filters.js';
import { CloseConnectionError } from './close-connection-error.js';

/**
 * DescribeAcls, v1-3.
 *
 * - The ACLs that a filter means, by resource. SECURITY_DISABLED without an authorizer.
 * - A filter with a type that does not exist closes the connection, as at Kafka, which cannot even read it.
 */
export const describeAcls = defineApi(describeAclsCodec, {
  handle(request, { broker }) {
    const filter: AclFilter = {
      resourceType: request.resourceTypeFilter,
      resourceName: request.resourceNameFilter,
      patternType: request.patternTypeFilter,
      principal: request.principalFilter,
      host: request.hostFilter,
      operation: request.operation,
      permissionType: request.permissionType,
    };
    const fault = filterFault(filter);
    if (fault) throw new CloseConnectionError(`DescribeAcls: ${fault}`);
    if (broker.authorizer === undefined) {
      const errorMessage = 'No Authorizer is configured on the broker';
      return { errorCode: ErrorCode.SECURITY_DISABLED, errorMessage, resources: [] };
    }
    const byResource = new Map<string, AclBinding[]>();
    for (const acl of broker.authorizer.find(filter)) {
      const key = JSON.stringify([acl.resourceType, acl.patternType, acl.resourceName]);
      const acls = byResource.get(key);
      if (acls) acls.push(acl);
      else byResource.set(key, [acl]);
    }
    return {
      errorCode: ErrorCode.NONE,
      errorMessage: null,
      resources: Array.from(byResource.values(), acls => ({
        resourceType: acls[0]?.resourceType ?? 0,
        resourceName: acls[0]?.resourceName ?? '',
        patternType: acls[0]?.patternType ?? 0,
        acls: acls.map(({ principal, host, operation, permissionType }) => ({
          principal,
          host,
          operation,
          permissionType,
        })),
      })),
    };
  },
});
