/** Kafka's codes of what an ACL is about (AclOperation, ResourceType, PatternType, AclPermissionType). 0 is UNKNOWN in each. */

export const ResourceType = {
  ANY: 1,
  TOPIC: 2,
  GROUP: 3,
  CLUSTER: 4,
  TRANSACTIONAL_ID: 5,
  DELEGATION_TOKEN: 6,
  USER: 7,
} as const;

export const PatternType = { ANY: 1, MATCH: 2, LITERAL: 3, PREFIXED: 4 } as const;

export const Operation = {
  ANY: 1,
  ALL: 2,
  READ: 3,
  WRITE: 4,
  CREATE: 5,
  DELETE: 6,
  ALTER: 7,
  DESCRIBE: 8,
  CLUSTER_ACTION: 9,
  DESCRIBE_CONFIGS: 10,
  ALTER_CONFIGS: 11,
  IDEMPOTENT_WRITE: 12,
  CREATE_TOKENS: 13,
  DESCRIBE_TOKENS: 14,
  TWO_PHASE_COMMIT: 15,
} as const;

export const Permission = { ANY: 1, DENY: 2, ALLOW: 3 } as const;

/** The only name that a resource of type CLUSTER has. */
export const CLUSTER_NAME = 'kafka-cluster';
/** Any resource, any host; `User:*` is any user. */
export const WILDCARD = '*';
export const ANYONE = 'User:*';

/** One rule: who may, or may not, do what with what from where. */
export interface AclBinding {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly patternType: number;
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly permissionType: number;
}

/** Which rules are meant; null and ANY stand for all. */
export interface AclFilter {
  readonly resourceType: number;
  readonly resourceName: string | null;
  readonly patternType: number;
  readonly principal: string | null;
  readonly host: string | null;
  readonly operation: number;
  readonly permissionType: number;
}

export function matches(filter: AclFilter, acl: AclBinding): boolean {
  return (
    isWanted(filter.resourceType, acl.resourceType) &&
    isWanted(filter.operation, acl.operation) &&
    isWanted(filter.permissionType, acl.permissionType) &&
    (filter.principal === null || filter.principal === acl.principal) &&
    (filter.host === null || filter.host === acl.host) &&
    isNameWanted(filter, acl)
  );
}

const isWanted = (wanted: number, code: number): boolean => wanted === 1 || wanted === code;

/** MATCH means every rule that concerns the resource of this name (KIP-290). */
function isNameWanted({ resourceName, patternType }: AclFilter, acl: AclBinding): boolean {
  if (patternType !== PatternType.MATCH) {
    return isWanted(patternType, acl.patternType) && (resourceName === null || resourceName === acl.resourceName);
  }
  if (resourceName === null || resourceName === acl.resourceName) return true;
  return acl.patternType === PatternType.PREFIXED
    ? resourceName.startsWith(acl.resourceName)
    : acl.resourceName === WILDCARD;
}

/** Why there can be no such rule, in Kafka's words; undefined if there can. */
export function bindingFault(acl: AclBinding): string | undefined {
  const { resourceType, resourceName, patternType, operation, permissionType } = acl;
  if (resourceType === ResourceType.CLUSTER && resourceName !== CLUSTER_NAME) {
    return `The only valid name for the CLUSTER resource is ${CLUSTER_NAME}`;
  }
  if (resourceName === '') return 'Invalid empty resource name';
  if (resourceType < ResourceType.TOPIC || resourceType > ResourceType.USER)
    return `Invalid resourceType ${resourceType}`;
  if (patternType !== PatternType.LITERAL && patternType !== PatternType.PREFIXED)
    return `Invalid patternType ${patternType}`;
  if (operation < Operation.ALL || operation > Operation.TWO_PHASE_COMMIT) return `Invalid operation ${operation}`;
  if (permissionType !== Permission.ALLOW && permissionType !== Permission.DENY) {
    return `Invalid permissionType ${permissionType}`;
  }
  return undefined;
}
