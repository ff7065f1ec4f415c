import { principalText, type Principal } from '../principal.js';
import {
  ANYONE,
  matches,
  Operation,
  PatternType,
  Permission,
  WILDCARD,
  type AclBinding,
  type AclFilter,
} from './acl-binding.js';

/** More than any cluster has; clients can add them, so there is an end. */
const MAX_ACLS = 100_000;

export interface AuthorizerSettings {
  /** Who may do everything, e.g. `User:admin` (`super.users`). */
  readonly superUsers: readonly string[];
  /** Whether everybody may do what no ACL is about (`allow.everyone.if.no.acl.found`). */
  readonly allowEveryoneIfNoAclFound: boolean;
}

/** Who does something, and from where. `host` is an address. */
export interface Actor {
  readonly principal: Principal;
  readonly host: string;
}

const impliesDescribe: ReadonlySet<number> = new Set([
  Operation.DESCRIBE,
  Operation.READ,
  Operation.WRITE,
  Operation.DELETE,
  Operation.ALTER,
]);
const impliesDescribeConfigs: ReadonlySet<number> = new Set([Operation.DESCRIBE_CONFIGS, Operation.ALTER_CONFIGS]);

/**
 * Decides by ACLs as Kafka's StandardAuthorizer does: a rule that denies wins over all that allow; without any rule about
 * the resource nobody may but super users, unless `allowEveryoneIfNoAclFound`; to read, write, delete or alter implies to
 * describe, where that is allowed, not where it is denied.
 */
export class Authorizer {
  private readonly acls = new Map<string, AclBinding>();
  /** By type, pattern type and name: those that concern a resource are found without looking at all. */
  private readonly byName = new Map<string, Set<AclBinding>>();
  private readonly prefixed = new Map<number, Set<AclBinding>>();
  private readonly superUsers: ReadonlySet<string>;
  /** Told of every rule that comes or goes. */
  onChange: (acl: AclBinding, exists: boolean) => void = () => undefined;

  constructor(private readonly settings: AuthorizerSettings) {
    this.superUsers = new Set(settings.superUsers);
  }

  get isFull(): boolean {
    return this.acls.size >= MAX_ACLS;
  }

  /** A rule that there is already changes nothing. */
  add(acl: AclBinding): void {
    const key = JSON.stringify(acl);
    if (this.acls.has(key)) return;
    this.acls.set(key, acl);
    if (acl.patternType === PatternType.PREFIXED) put(this.prefixed, acl.resourceType, acl);
    else put(this.byName, nameKey(acl.resourceType, acl.resourceName), acl);
    this.onChange(acl, true);
  }

  /** The rules that a filter means. */
  find(filter: AclFilter): AclBinding[] {
    return [...this.acls.values()].filter(acl => matches(filter, acl));
  }

  remove(acl: AclBinding): void {
    this.acls.delete(JSON.stringify(acl));
    this.prefixed.get(acl.resourceType)?.delete(acl);
    this.byName.get(nameKey(acl.resourceType, acl.resourceName))?.delete(acl);
    this.onChange(acl, false);
  }

  isSuperUser(principal: Principal): boolean {
    return this.superUsers.has(principalText(principal));
  }

  may(actor: Actor, operation: number, resourceType: number, name: string): boolean {
    if (this.isSuperUser(actor.principal)) return true;
    let isAllowed = false;
    let hasRules = false;
    for (const acl of this.rulesAbout(resourceType, name)) {
      hasRules = true;
      if (!concerns(acl, actor) || !covers(acl, operation)) continue;
      if (acl.permissionType === Permission.DENY) return false;
      isAllowed = true;
    }
    return hasRules ? isAllowed : this.settings.allowEveryoneIfNoAclFound;
  }

  /** Whether there can be any resource of the type with which he may do that (KIP-679). */
  mayAny(actor: Actor, operation: number, resourceType: number): boolean {
    if (this.isSuperUser(actor.principal)) return true;
    const rules = [...this.acls.values()].filter(
      acl =>
        acl.resourceType === resourceType &&
        concerns(acl, actor) &&
        (acl.operation === Operation.ALL || acl.operation === operation),
    );
    const denied = rules.filter(({ permissionType }) => permissionType === Permission.DENY);
    if (denied.some(acl => isLiteral(acl) && acl.resourceName === WILDCARD)) return false;
    if (this.settings.allowEveryoneIfNoAclFound) return true;
    return rules.some(acl => acl.permissionType === Permission.ALLOW && !isDominated(acl, denied));
  }

  private *rulesAbout(resourceType: number, name: string): Iterable<AclBinding> {
    yield* this.byName.get(nameKey(resourceType, name)) ?? [];
    if (name !== WILDCARD) yield* this.byName.get(nameKey(resourceType, WILDCARD)) ?? [];
    for (const acl of this.prefixed.get(resourceType) ?? []) if (name.startsWith(acl.resourceName)) yield acl;
  }
}

const nameKey = (resourceType: number, name: string): string => `${resourceType}:${name}`;
const isLiteral = ({ patternType }: AclBinding): boolean => patternType === PatternType.LITERAL;

function put<Key>(index: Map<Key, Set<AclBinding>>, key: Key, acl: AclBinding): void {
  const acls = index.get(key);
  if (acls) acls.add(acl);
  else index.set(key, new Set([acl]));
}

function concerns(acl: AclBinding, { principal, host }: Actor): boolean {
  if (acl.principal !== ANYONE && acl.principal !== principalText(principal)) return false;
  return acl.host === WILDCARD || acl.host === host;
}

function covers(acl: AclBinding, operation: number): boolean {
  if (acl.operation === Operation.ALL || acl.operation === operation) return true;
  if (acl.permissionType !== Permission.ALLOW) return false;
  if (operation === Operation.DESCRIBE) return impliesDescribe.has(acl.operation);
  return operation === Operation.DESCRIBE_CONFIGS && impliesDescribeConfigs.has(acl.operation);
}

/** Whether all that a rule allows is denied by another. */
function isDominated(allowed: AclBinding, denied: readonly AclBinding[]): boolean {
  return denied.some(acl =>
    isLiteral(acl)
      ? isLiteral(allowed) && acl.resourceName === allowed.resourceName
      : allowed.resourceName.startsWith(acl.resourceName) && !(isLiteral(allowed) && allowed.resourceName === WILDCARD),
  );
}
