import { isIP } from 'node:net';

/** What a client quota can be about (KIP-13, KIP-257, KIP-612). */
export const entityTypes = ['user', 'client-id', 'ip'] as const;
export type EntityType = (typeof entityTypes)[number];

/** A user, a client id, both, or an address; null is everybody who has no quota of his own. */
export type QuotaEntity = ReadonlyMap<EntityType, string | null>;

export interface NamedEntity {
  readonly entityType: string;
  readonly entityName: string | null;
}

export const isEntityType = (text: string): text is EntityType => (entityTypes as readonly string[]).includes(text);

/** The same text for the same entity, in whatever order its parts came. */
export function entityKey(entity: QuotaEntity): string {
  return JSON.stringify(entityTypes.flatMap(type => (entity.has(type) ? [[type, entity.get(type)]] : [])));
}

export const entityOfKey = (key: string): QuotaEntity => new Map(JSON.parse(key) as [EntityType, string | null][]);

export const userAndClient = (user: string | null | undefined, clientId: string | null | undefined): QuotaEntity =>
  new Map<EntityType, string | null>([
    ...(user === undefined ? [] : ([['user', user]] as const)),
    ...(clientId === undefined ? [] : ([['client-id', clientId]] as const)),
  ]);

/**
 * The entity that is named, or why there can be none, in Kafka's words. Names of hosts are not looked up: of those only
 * `localhost` is one.
 */
export function parseEntity(parts: ReadonlyMap<string, string | null>): QuotaEntity | string {
  const entity = new Map<EntityType, string | null>();
  for (const [type, name] of parts) {
    if (!isEntityType(type)) return `Unhandled client quota entity type: ${type}`;
    if (name === '') return `Empty ${type} not supported`;
    entity.set(type, name);
  }
  if (entity.size === 0) return 'Invalid empty client quota entity';
  if (!entity.has('ip')) return entity;
  if (entity.size > 1) {
    return 'Invalid quota entity combination, IP entity should not be combined with User or ClientId';
  }
  const ip = entity.get('ip') ?? null;
  const isAddress = ip === null || ip === 'localhost' || isIP(ip) > 0;
  return isAddress ? entity : `${ip} is not a valid IP address`;
}
