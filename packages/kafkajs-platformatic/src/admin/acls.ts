import { createProtocolError } from '../errors/protocol-errors.js';
import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { CreateAclsApi, DeleteAclsApi, DescribeAclsApi } from '../wire/apis.js';
import type { AdminRequests } from './admin-requests.js';
import type { Acl, AclEntry, AclFilter, AclResource, DeleteAclResponse, DescribeAclResponse } from './acl-types.js';
import { assertArray, assertType } from './argument-check.js';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from './resource-types.js';

const NAMES = ['principal', 'host', 'resourceName'] as const;

/** @throws KafkaJSProtocolError for the first entry that was refused (SECURITY_DISABLED: the brokers have no authorizer). */
export async function createAcls(requests: AdminRequests, { acl }: { acl: AclEntry[] }): Promise<boolean> {
  assertArray('ACL', acl);
  for (const entry of acl) {
    checkTypes(entry);
    for (const name of NAMES) {
      if (typeof entry[name] !== 'string') {
        throw new KafkaJSNonRetriableError(`Invalid ACL array, every "${name}" has to be a valid string`);
      }
    }
  }
  const { results } = await requests.onController(CreateAclsApi, [acl.map(entry => ({ ...entry }))], response =>
    response.results.map(({ errorCode }) => errorCode),
  );
  for (const [index, { errorCode, errorMessage }] of results.entries()) {
    if (errorCode !== 0) {
      throw createProtocolError(errorCode, `ACL ${index}`, errorMessage);
    }
  }
  return true;
}

export async function describeAcls(requests: AdminRequests, filter: AclFilter): Promise<DescribeAclResponse> {
  checkFilter(filter);
  const response = await requests.onController(DescribeAclsApi, [toWireFilter(filter)], ({ errorCode }) => [errorCode]);
  return {
    throttleTime: response.throttleTimeMs,
    errorCode: response.errorCode,
    resources: response.resources.map(({ acls, ...resource }) => ({
      ...toResource(resource),
      acls: acls.map(toAcl),
    })),
  };
}

/** @throws KafkaJSProtocolError for the first filter that was refused; others may have deleted what they match. */
export async function deleteAcls(
  requests: AdminRequests,
  { filters }: { filters: AclFilter[] },
): Promise<DeleteAclResponse> {
  assertArray('ACL Filter', filters);
  for (const filter of filters) {
    checkFilter(filter);
  }
  const response = await requests.onController(DeleteAclsApi, [filters.map(toWireFilter)], ({ filterResults }) =>
    filterResults.map(({ errorCode }) => errorCode),
  );
  for (const [index, { errorCode, errorMessage }] of response.filterResults.entries()) {
    if (errorCode !== 0) {
      throw createProtocolError(errorCode, `ACL filter ${index}`, errorMessage);
    }
  }
  return {
    throttleTime: response.throttleTimeMs,
    filterResponses: response.filterResults.map(({ errorCode, errorMessage, matchingAcls }) => ({
      errorCode,
      ...(errorMessage == null ? {} : { errorMessage }),
      matchingAcls: matchingAcls.map(match => ({
        errorCode: match.errorCode,
        ...(match.errorMessage == null ? {} : { errorMessage: match.errorMessage }),
        ...toResource(match),
        ...toAcl(match),
      })),
    })),
  };
}

function checkTypes(entry: {
  readonly operation: unknown;
  readonly permissionType: unknown;
  readonly resourceType: unknown;
  readonly resourcePatternType: unknown;
}): void {
  assertType('operation type', entry.operation, AclOperationTypes);
  assertType('resource pattern type', entry.resourcePatternType, ResourcePatternTypes);
  assertType('permission type', entry.permissionType, AclPermissionTypes);
  assertType('resource type', entry.resourceType, AclResourceTypes);
}

function checkFilter(filter: AclFilter): void {
  checkTypes(filter);
  for (const name of NAMES) {
    if (filter[name] !== undefined && typeof filter[name] !== 'string') {
      throw new KafkaJSNonRetriableError(`Invalid ${name}: it has to be a valid string, or left out for any`);
    }
  }
}

function toWireFilter(filter: AclFilter) {
  const { resourceName = null, principal = null, host = null } = filter;
  return { ...filter, resourceName, principal, host };
}

/** Numbers of the protocol under the names of KafkaJS, whose types end where those of Kafka 2 did. */
function toResource(resource: {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly resourcePatternType: number;
}): AclResource {
  return {
    resourceType: resource.resourceType as AclResourceTypes,
    resourceName: resource.resourceName,
    resourcePatternType: resource.resourcePatternType as ResourcePatternTypes,
  };
}

function toAcl(acl: {
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly permissionType: number;
}): Acl {
  return {
    principal: acl.principal,
    host: acl.host,
    operation: acl.operation as AclOperationTypes,
    permissionType: acl.permissionType as AclPermissionTypes,
  };
}
