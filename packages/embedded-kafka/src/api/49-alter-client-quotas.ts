import type { ClientQuotas, LimitChange } from '../quotas/client-quotas.js';
import { parseEntity, type QuotaEntity } from '../quotas/quota-entity.js';
import { ErrorCode } from '../protocol/errors.js';
import { alterClientQuotasCodec } from '../protocol/generated/alter-client-quotas.js';
import type { EntryData as Alteration } from '../protocol/generated/alter-client-quotas-request.js';
import type { EntryDataInit as AlterationAnswer } from '../protocol/generated/alter-client-quotas-response.js';
import { defineApi } from './api.js';

interface Planned {
  readonly parts: ReadonlyMap<string, string | null>;
  /** Undefined: refused. */
  readonly change?: { readonly entity: QuotaEntity; readonly limits: readonly LimitChange[] };
  readonly refusal?: { readonly errorCode: number; readonly errorMessage: string };
}

/**
 * AlterClientQuotas, v0-1 (KIP-546, KIP-612).
 *
 * - Sets and takes away limits of users, client ids, both together, or addresses; a null name is the default of those without
 *   a limit of their own. They count from the next request on. Which limits there are: `QuotaKey`.
 * - Each entity has its own answer, once: one that is named again or has a key twice is INVALID_REQUEST, of which what came
 *   first stays made. So is what `parseEntity` and `limitFault` say. Of a type that an entity names twice, the last counts.
 * - `validateOnly` checks and changes nothing.
 */
export const alterClientQuotas = defineApi(alterClientQuotasCodec, {
  handle({ entries, validateOnly }, { broker }) {
    const { clientQuotas } = broker;
    const answers = new Map<string, AlterationAnswer>();
    for (const entry of entries) {
      const { parts, change, refusal } = plan(entry, answers, clientQuotas);
      if (change !== undefined && !validateOnly) clientQuotas.alter(change.entity, change.limits);
      const { errorCode = ErrorCode.NONE, errorMessage = null } = refusal ?? {};
      const entity = Array.from(parts, ([entityType, entityName]) => ({ entityType, entityName }));
      answers.set(keyOf(parts), { errorCode, errorMessage, entity });
    }
    return { entries: [...answers.values()] };
  },
});

function plan(
  { entity: named, ops }: Alteration,
  answers: ReadonlyMap<string, unknown>,
  quotas: ClientQuotas,
): Planned {
  const parts = new Map(named.map(({ entityType, entityName }) => [entityType, entityName]));
  const refuse = (errorMessage: string, errorCode: number = ErrorCode.INVALID_REQUEST): Planned => ({
    parts,
    refusal: { errorCode, errorMessage },
  });
  const hasDuplicateKey = new Set(ops.map(({ key }) => key)).size < ops.length;
  if (answers.has(keyOf(parts)) || hasDuplicateKey) return refuse('Ignoring an entity or a key that is named twice');
  const entity = parseEntity(parts);
  if (typeof entity === 'string') return refuse(entity);
  const limits = ops.map(({ key, value, remove }) => ({ key, limit: remove ? null : value }));
  const fault = quotas.fault(entity, limits);
  if (fault !== undefined) return refuse(fault);
  if (!quotas.isRoomFor(entity)) return refuse('There are too many entities with quotas', ErrorCode.POLICY_VIOLATION);
  return { parts, change: { entity, limits } };
}

const keyOf = (parts: ReadonlyMap<string, string | null>): string => JSON.stringify([...parts].sort());
