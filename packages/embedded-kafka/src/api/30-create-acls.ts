import { ErrorCode } from '../protocol/errors.js';
import { createAclsCodec } from '../protocol/generated/create-acls.js';
import type { AclCreation } from '../protocol/generated/create-acls-request.js';
import { bindingFault, Operation, PatternType, Permission, ResourceType } from '../security/acl/acl-binding.js';
import type { Authorizer } from '../security/acl/authorizer.js';
import { defineApi } from './api.js';

/**
 * CreateAcls, v1-3.
 *
 * - Each has its own result; INVALID_REQUEST for one that cannot be. One that exists is created again without effect.
 * - One that says ANY or MATCH, which only filters may, gets UNKNOWN_SERVER_ERROR for all of the request, as at Kafka.
 * - SECURITY_DISABLED without an authorizer.
 */
export const createAcls = defineApi(createAclsCodec, {
  handle({ creations }, { broker: { authorizer } }) {
    if (authorizer === undefined) {
      const refusal = { errorCode: ErrorCode.SECURITY_DISABLED, errorMessage: 'No Authorizer is configured.' };
      return { results: creations.map(() => refusal) };
    }
    if (creations.some(isFilter)) {
      const errorMessage = 'an ACL names a type, an operation and a permission; ANY and MATCH are for filters';
      return { results: creations.map(() => ({ errorCode: ErrorCode.UNKNOWN_SERVER_ERROR, errorMessage })) };
    }
    return { results: creations.map(creation => create(creation, authorizer)) };
  },
});

function isFilter({ resourceType, resourcePatternType, operation, permissionType }: AclCreation): boolean {
  return (
    resourceType === ResourceType.ANY ||
    resourcePatternType === PatternType.ANY ||
    resourcePatternType === PatternType.MATCH ||
    operation === Operation.ANY ||
    permissionType === Permission.ANY
  );
}

function create(
  { resourcePatternType: patternType, ...creation }: AclCreation,
  authorizer: Authorizer,
): { errorCode: number; errorMessage: string | null } {
  const { resourceType, resourceName, principal, host, operation, permissionType } = creation;
  const acl = { resourceType, resourceName, patternType, principal, host, operation, permissionType };
  const fault = bindingFault(acl);
  if (fault) return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage: fault };
  if (authorizer.isFull) return { errorCode: ErrorCode.POLICY_VIOLATION, errorMessage: 'There are too many ACLs' };
  authorizer.add(acl);
  return { errorCode: ErrorCode.NONE, errorMessage: null };
}
