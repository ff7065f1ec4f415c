import type { QuotaEntity } from './quota-entity.js';

/**
 * What can be limited:
 *
 *   producer_byte_rate         bytes of Produce requests a second
 *   consumer_byte_rate         bytes of answers to Fetch a second
 *   request_percentage         of a thread's time that handling the client's requests takes, in percent; here of the one thread
 *   controller_mutation_rate   partitions that are created or deleted a second (KIP-599)
 *   connection_creation_rate   connections that an address opens a second (KIP-612)
 *
 * All count for one node, but mutations, which are the controller's.
 */
export type QuotaKey =
  | 'producer_byte_rate'
  | 'consumer_byte_rate'
  | 'request_percentage'
  | 'controller_mutation_rate'
  | 'connection_creation_rate';

interface QuotaRule {
  readonly type: 'LONG' | 'INT' | 'DOUBLE';
}

const ofClients: ReadonlyMap<string, QuotaRule> = new Map([
  ['producer_byte_rate', { type: 'LONG' }],
  ['consumer_byte_rate', { type: 'LONG' }],
  ['request_percentage', { type: 'DOUBLE' }],
  ['controller_mutation_rate', { type: 'DOUBLE' }],
]);
const ofAddresses: ReadonlyMap<string, QuotaRule> = new Map([['connection_creation_rate', { type: 'INT' }]]);

const largest = { LONG: 2 ** 63, INT: 2 ** 31 - 1 } as const;
/** What is left of a number that went through another notation. */
const WHOLE = 1e-6;

/** Why an entity cannot have this limit, in Kafka's words; undefined if it can. NaN and Infinity are no limit, and allowed. */
export function limitFault(entity: QuotaEntity, key: string, limit: number): string | undefined {
  const rule = (entity.has('ip') ? ofAddresses : ofClients).get(key);
  if (rule === undefined) return `Invalid configuration key ${key}`;
  if (limit <= 0) return `Quota ${key} must be greater than 0`;
  if (rule.type === 'DOUBLE') return undefined;
  if (limit > largest[rule.type]) {
    return `Proposed value for ${key} is too large for ${rule.type === 'INT' ? 'an INT' : 'a LONG'}.`;
  }
  return Math.abs(limit % 1) > WHOLE ? `${key} cannot be a fractional value.` : undefined;
}
