import { Authorizer } from './authorizer.js';
import {
  ANYONE,
  bindingFault,
  Operation,
  PatternType,
  Permission,
  ResourceType,
  WILDCARD,
  type AclBinding,
} from './acl-binding.js';

/** An ACL in words, as `kafka-acls.sh` has them. */
export interface AclOptions {
  /** `User:alice`, or `User:*` for everybody. */
  readonly principal: string;
  readonly operation: Exclude<keyof typeof Operation, 'ANY'>;
  readonly resourceType: Exclude<keyof typeof ResourceType, 'ANY'>;
  /** The resource's name; `*` for all; `kafka-cluster` for the cluster. */
  readonly resourceName: string;
  /** Whether `resourceName` is the whole name or its beginning. Default LITERAL. */
  readonly patternType?: 'LITERAL' | 'PREFIXED' | undefined;
  /** Default ALLOW. */
  readonly permission?: 'ALLOW' | 'DENY' | undefined;
  /** Address of the client. Default `*`: any. */
  readonly host?: string | undefined;
}

/** Who may do what. */
export interface AuthorizerOptions {
  /** Who may do everything (`super.users`). Default none. `User:ANONYMOUS` is who connects without proving who he is. */
  readonly superUsers?: readonly string[] | undefined;
  /** Whether everybody may do what no ACL is about (`allow.everyone.if.no.acl.found`). Default false. */
  readonly allowEveryoneIfNoAclFound?: boolean | undefined;
  /** ACLs that exist from the start. Default none. */
  readonly acls?: readonly AclOptions[] | undefined;
}

/** The binding that an ACL in words stands for. Codes are 0 (UNKNOWN) for words that mean nothing. */
export function bindingOf(acl: AclOptions): AclBinding {
  const { principal, operation, resourceType, resourceName, patternType = 'LITERAL', permission = 'ALLOW', host } = acl;
  return {
    resourceType: codeOf(ResourceType, resourceType),
    resourceName,
    patternType: codeOf(PatternType, patternType),
    principal,
    host: host ?? WILDCARD,
    operation: codeOf(Operation, operation),
    permissionType: codeOf(Permission, permission),
  };
}

/** Undefined without options: everybody may do everything. */
export function createAuthorizer(options: AuthorizerOptions | undefined): Authorizer | undefined {
  if (options === undefined) return undefined;
  const { superUsers = [], allowEveryoneIfNoAclFound = false, acls = [] } = options;
  const authorizer = new Authorizer({ superUsers, allowEveryoneIfNoAclFound });
  for (const acl of acls) authorizer.add(bindingOf(acl));
  return authorizer;
}

/** Everything that is wrong with an authorizer's options. */
export function authorizerFaults(options: AuthorizerOptions): string[] {
  if (typeof options !== 'object' || options === null) return ['authorizer must be { superUsers?, acls?, … }'];
  const { superUsers = [], acls = [], allowEveryoneIfNoAclFound } = options;
  const faults: string[] = [];
  if (allowEveryoneIfNoAclFound !== undefined && typeof allowEveryoneIfNoAclFound !== 'boolean') {
    faults.push('authorizer.allowEveryoneIfNoAclFound must be a boolean');
  }
  if (!Array.isArray(superUsers) || !superUsers.every(isPrincipal)) {
    faults.push(`authorizer.superUsers must be principals like "User:admin", got ${String(superUsers)}`);
  }
  if (!Array.isArray(acls)) return [...faults, 'authorizer.acls must be an array'];
  (acls as readonly AclOptions[]).forEach((acl, index) => {
    const at = `authorizer.acls[${index}]`;
    if (!isPrincipal(acl?.principal)) {
      faults.push(`${at}.principal must be like "User:alice" or "${ANYONE}", got ${String(acl?.principal)}`);
      return;
    }
    if (typeof acl.resourceName !== 'string') faults.push(`${at}.resourceName must be a text`);
    const fault = bindingFault(bindingOf(acl));
    if (fault) faults.push(`${at}: ${fault} (see AclOptions for what it takes)`);
  });
  return faults;
}

const isPrincipal = (text: unknown): boolean => typeof text === 'string' && /^[^:]+:./s.test(text);

function codeOf(codes: Readonly<Record<string, number>>, word: string): number {
  return codes[word] ?? 0;
}
