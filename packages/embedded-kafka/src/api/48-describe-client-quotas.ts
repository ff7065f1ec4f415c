import type { EntityType } from '../quotas/quota-entity.js';
import { isEntityType, type QuotaEntity } from '../quotas/quota-entity.js';
import { ErrorCode } from '../protocol/errors.js';
import { describeClientQuotasCodec } from '../protocol/generated/describe-client-quotas.js';
import type { ComponentData } from '../protocol/generated/describe-client-quotas-request.js';
import { defineApi } from './api.js';

/** How a part of an entity is looked for. */
const Match = { exact: 0, default: 1, specified: 2 } as const;

interface Refusal {
  readonly errorCode: number;
  readonly errorMessage: string;
}

/** What an entity must have: a name, null for the default, undefined for either. */
type Filter = ReadonlyMap<EntityType, string | null | undefined>;

/**
 * DescribeClientQuotas, v0-1 (KIP-546).
 *
 * - Tells the limits of all entities that have each part that is asked for, and, if `strict`, no other.
 * - INVALID_REQUEST for a filter that contradicts itself, UNSUPPORTED_VERSION for a type that is not known.
 */
export const describeClientQuotas = defineApi(describeClientQuotasCodec, {
  handle({ components, strict }, { broker }) {
    const filter = parseFilter(components);
    if ('errorCode' in filter) return { ...filter, entries: null };
    const found = [...broker.clientQuotas.all()].filter(([entity]) => matches(entity, filter, strict));
    return {
      errorCode: ErrorCode.NONE,
      errorMessage: '',
      entries: found.map(([entity, limits]) => ({
        entity: Array.from(entity, ([entityType, entityName]) => ({ entityType, entityName })),
        values: Array.from(limits, ([key, value]) => ({ key, value })),
      })),
    };
  },
});

function parseFilter(components: readonly ComponentData[]): Filter | Refusal {
  const filter = new Map<EntityType, string | null | undefined>();
  for (const { entityType, matchType, match } of components) {
    if (entityType === '') return invalid('Invalid empty entity type.');
    if (!isEntityType(entityType)) {
      return { errorCode: ErrorCode.UNSUPPORTED_VERSION, errorMessage: `Unsupported entity type ${entityType}` };
    }
    if (filter.has(entityType)) return invalid(`Entity type ${entityType} cannot appear more than once in the filter.`);
    if (matchType === Match.exact) {
      if (match === null) return invalid('Request specified MATCH_TYPE_EXACT, but set match string to null.');
      filter.set(entityType, match);
    } else if (matchType === Match.default || matchType === Match.specified) {
      const type = matchType === Match.default ? 'MATCH_TYPE_DEFAULT' : 'MATCH_TYPE_SPECIFIED';
      if (match !== null) return invalid(`Request specified ${type}, but also specified a match string.`);
      filter.set(entityType, matchType === Match.default ? null : undefined);
    } else {
      return invalid(`Unknown match type ${matchType}`);
    }
  }
  if (filter.has('ip') && filter.size > 1) {
    return invalid(
      'Invalid entity filter component combination. IP filter component should not be used with user or clientId filter component.',
    );
  }
  return filter;
}

function matches(entity: QuotaEntity, filter: Filter, isStrict: boolean): boolean {
  if (isStrict && entity.size !== filter.size) return false;
  for (const [type, wanted] of filter) {
    if (!entity.has(type) || (wanted !== undefined && entity.get(type) !== wanted)) return false;
  }
  return true;
}

const invalid = (errorMessage: string): Refusal => ({ errorCode: ErrorCode.INVALID_REQUEST, errorMessage });
