import { CLUSTER_NAME, Operation, ResourceType } from './acl-binding.js';
import type { Actor, Authorizer } from './authorizer.js';

const { READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, CLUSTER_ACTION } = Operation;
const { DESCRIBE_CONFIGS, ALTER_CONFIGS, IDEMPOTENT_WRITE } = Operation;

/** What can be done with a resource (KIP-430). */
const operationsOf: ReadonlyMap<number, readonly number[]> = new Map([
  [ResourceType.TOPIC, [READ, WRITE, CREATE, DESCRIBE, DELETE, ALTER, DESCRIBE_CONFIGS, ALTER_CONFIGS]],
  [ResourceType.GROUP, [READ, DESCRIBE, DELETE, DESCRIBE_CONFIGS, ALTER_CONFIGS]],
  [ResourceType.CLUSTER, [CREATE, CLUSTER_ACTION, DESCRIBE_CONFIGS, ALTER_CONFIGS, IDEMPOTENT_WRITE, ALTER, DESCRIBE]],
]);

/** What one client may do. */
export class Access {
  constructor(
    private readonly authorizer: Authorizer,
    private readonly actor: Actor,
  ) {}

  get isSuperUser(): boolean {
    return this.authorizer.isSuperUser(this.actor.principal);
  }

  topic(operation: number, name: string): boolean {
    return this.authorizer.may(this.actor, operation, ResourceType.TOPIC, name);
  }

  group(operation: number, id: string): boolean {
    return this.authorizer.may(this.actor, operation, ResourceType.GROUP, id);
  }

  transactionalId(operation: number, id: string): boolean {
    return this.authorizer.may(this.actor, operation, ResourceType.TRANSACTIONAL_ID, id);
  }

  cluster(operation: number): boolean {
    return this.authorizer.may(this.actor, operation, ResourceType.CLUSTER, CLUSTER_NAME);
  }

  anyTopic(operation: number): boolean {
    return this.authorizer.mayAny(this.actor, operation, ResourceType.TOPIC);
  }

  /** All that he may do with it, as the bits of their codes. */
  operations(resourceType: number, name: string): number {
    let bits = 0;
    for (const operation of operationsOf.get(resourceType) ?? []) {
      if (this.authorizer.may(this.actor, operation, resourceType, name)) bits |= 1 << operation;
    }
    return bits;
  }
}
