import { Operation, PatternType, Permission, ResourceType, type AclFilter } from '../security/acl/acl-binding.js';

const isKnown = (codes: Readonly<Record<string, number>>, code: number): boolean => Object.values(codes).includes(code);

/** What a filter names that does not exist; undefined if nothing. */
export function filterFault({ resourceType, patternType, operation, permissionType }: AclFilter): string | undefined {
  if (!isKnown(ResourceType, resourceType)) return `there is no resource type ${resourceType}`;
  if (!isKnown(PatternType, patternType)) return `there is no pattern type ${patternType}`;
  if (!isKnown(Operation, operation)) return `there is no operation ${operation}`;
  return isKnown(Permission, permissionType) ? undefined : `there is no permission type ${permissionType}`;
}
