const fields: ReadonlySet<string> = new Set(['key', 'value', 'headers', 'partition', 'timestamp']);

/** An object that names the parts of a record. */
export interface Envelope {
  value: unknown;
  key?: unknown;
  headers?: unknown;
  partition?: number;
  timestamp?: string;
}

/**
 * Whether an object is meant as a record and not as a value: it has a `value`, and nothing that a record has not.
 * A domain object with a field `value` beside its others is therefore a value, whole.
 */
export function isEnvelope(data: unknown): data is Envelope {
  if (typeof data !== 'object' || data === null || !('value' in data) || Buffer.isBuffer(data) || Array.isArray(data)) {
    return false;
  }
  for (const name of Object.keys(data)) {
    if (!fields.has(name)) {
      return false;
    }
  }
  return true;
}
