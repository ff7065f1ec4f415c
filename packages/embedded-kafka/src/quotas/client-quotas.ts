import { entityKey, entityOfKey, userAndClient, type QuotaEntity } from './quota-entity.js';
import { limitFault, type QuotaKey } from './quota-key.js';

/** More entities than any cluster has; clients can add them, so there is an end. */
const MAX_ENTITIES = 100_000;

export type Limits = ReadonlyMap<string, number>;

/** A limit to be set, or with null to be taken away. */
export interface LimitChange {
  readonly key: string;
  readonly limit: number | null;
}

/** A limit, and who shares it: all with the same bucket. */
export interface SharedLimit {
  readonly limit: number;
  readonly bucket: string;
}

/** The cluster's client quotas. `onChange` is told what an entity has from now on; nothing means that it has none. */
export class ClientQuotas {
  private readonly entities = new Map<string, Map<string, number>>();

  constructor(private readonly onChange: (key: string, limits: Limits) => void = () => undefined) {}

  /** Whether there is any, so that without them nothing has to be counted. */
  get isUsed(): boolean {
    return this.entities.size > 0;
  }

  isRoomFor(entity: QuotaEntity): boolean {
    return this.entities.size < MAX_ENTITIES || this.entities.has(entityKey(entity));
  }

  /** Why a change is not possible; undefined if it is. A limit that is not known can be taken away. */
  fault(entity: QuotaEntity, changes: readonly LimitChange[]): string | undefined {
    for (const { key, limit } of changes) {
      const fault = limit === null ? undefined : limitFault(entity, key, limit);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /** Changes the limits of an entity. Ask `fault` first. */
  alter(entity: QuotaEntity, changes: readonly LimitChange[]): void {
    const id = entityKey(entity);
    const limits = new Map(this.entities.get(id));
    for (const { key, limit } of changes) {
      if (limit === null) limits.delete(key);
      else limits.set(key, limit);
    }
    this.set(id, limits);
    this.onChange(id, limits);
  }

  /** Puts back what `onChange` was told. */
  restore(key: string, limits: Limits): void {
    this.set(key, new Map(limits));
  }

  *all(): Generator<readonly [QuotaEntity, Limits]> {
    for (const [key, limits] of this.entities) yield [entityOfKey(key), limits];
  }

  /**
   * The limit that counts for a client: the first in Kafka's order, from the user with this client id to the default of
   * client ids. Who falls under the limit of a user shares it with all his clients, and so on.
   */
  limitOf(key: QuotaKey, user: string, clientId: string): SharedLimit | undefined {
    if (!this.isUsed) return undefined;
    const pair = `${user}\n${clientId}`;
    const candidates: readonly (readonly [QuotaEntity, string])[] = [
      ...(clientId === '' ? [] : ([[userAndClient(user, clientId), pair]] as const)),
      ...(clientId === '' ? [] : ([[userAndClient(user, null), pair]] as const)),
      [userAndClient(user, undefined), `${user}\n`],
      ...(clientId === '' ? [] : ([[userAndClient(null, clientId), pair]] as const)),
      ...(clientId === '' ? [] : ([[userAndClient(null, null), pair]] as const)),
      [userAndClient(null, undefined), `${user}\n`],
      ...(clientId === '' ? [] : ([[userAndClient(undefined, clientId), `\n${clientId}`]] as const)),
      ...(clientId === '' ? [] : ([[userAndClient(undefined, null), `\n${clientId}`]] as const)),
    ];
    return this.first(key, candidates);
  }

  /** The limit of an address, e.g. `127.0.0.1`. */
  limitOfAddress(key: QuotaKey, address: string): SharedLimit | undefined {
    if (!this.isUsed) return undefined;
    const isLocal = address === '127.0.0.1' || address === '::1';
    const names = [address, ...(isLocal ? ['localhost'] : []), null];
    return this.first(
      key,
      names.map(name => [new Map([['ip', name]]), address] as const),
    );
  }

  private first(
    key: QuotaKey,
    candidates: readonly (readonly [entity: QuotaEntity, bucket: string])[],
  ): SharedLimit | undefined {
    for (const [entity, bucket] of candidates) {
      const limit = this.entities.get(entityKey(entity))?.get(key);
      if (limit !== undefined) return { limit, bucket };
    }
    return undefined;
  }

  private set(id: string, limits: Map<string, number>): void {
    if (limits.size === 0) this.entities.delete(id);
    else this.entities.set(id, limits);
  }
}
