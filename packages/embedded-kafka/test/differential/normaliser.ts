import { isRecordsField, viewRecords } from './record-batch-view.js';
import type { Ground } from './ground.js';
import { listRules, valueRules, type Masking } from './normalisation-rules.js';
import type { Json } from './transcript.js';

/** Times and bounds in a message's text. */
const LONG_NUMBER = /-?\b\d{13,19}\b/g;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Turns decoded responses into JSON in which all that may differ between two runs is replaced by placeholders. */
export class Normaliser {
  private readonly aliases = new Map<string, string>();
  private readonly placeholders = new Map<string, string>();
  private readonly counts = new Map<string, number>();
  private readonly masking: Masking;

  constructor(ground: Ground) {
    this.masking = { ground, numbered: (kind, value) => this.numbered(kind, value) };
  }

  /** From now on `name`, wherever it occurs, is written `<alias>`. */
  knownAs(name: string, alias: string): void {
    this.aliases.set(name, `<${alias}>`);
    // And where it stands in bytes.
    this.aliases.set(Buffer.from(name).toString('hex'), `<${alias}>`);
  }

  normalise(api: string, response: unknown): Json {
    return this.value(response, api, api);
  }

  private value(value: unknown, path: string, field: string): Json {
    if (isRecordsField(path)) return this.value(viewRecords(value as Buffer | null), `${path}!`, field);
    const rule = valueRules[path] ?? valueRules[field];
    const masked = rule ? rule(value, this.masking) : value;
    if (masked === null || typeof masked === 'boolean') return masked;
    // JSON has no NaN and no Infinity.
    if (typeof masked === 'number') return Number.isFinite(masked) ? masked : String(masked);
    if (typeof masked === 'string') return this.text(masked);
    if (typeof masked === 'bigint') return `${masked}n`;
    if (Buffer.isBuffer(masked)) return this.text(`0x${masked.toString('hex')}`);
    if (Array.isArray(masked)) return this.list(masked, path, field);
    if (typeof masked === 'object') return this.object(masked, path);
    throw new TypeError(`${path} is a ${typeof masked}, which no message can hold`);
  }

  private list(elements: readonly unknown[], path: string, field: string): Json {
    const normalised = elements.map(element => this.value(element, `${path}[]`, `${field}[]`));
    return listRules[path]?.(normalised) ?? normalised;
  }

  private object(value: object, path: string): Json {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, this.value(inner, `${path}.${name}`, name)]),
    );
  }

  private text(value: string): string {
    let text = value.includes(' ') ? value.replace(LONG_NUMBER, '<number>') : value;
    // Longer names first: one may be the beginning of another.
    for (const [name, alias] of [...this.aliases].sort(([a], [b]) => b.length - a.length)) {
      text = text.replaceAll(name, alias);
    }
    for (const [id, placeholder] of this.placeholders) {
      if (id.length === 22) text = text.replaceAll(id, placeholder);
    }
    // Numbered by what stands before it (a client id), so that the order of appearance matters less.
    return text.replace(UUID, (uuid, at: number) =>
      this.numbered(`uuid ${text.slice(0, at)}`, uuid).replace(/uuid .* /, 'uuid '),
    );
  }

  private numbered(kind: string, value: string): string {
    const key = kind.startsWith('uuid') || kind === 'topic id' ? value : `${kind} ${value}`;
    let placeholder = this.placeholders.get(key);
    if (placeholder === undefined) {
      const count = (this.counts.get(kind) ?? 0) + 1;
      this.counts.set(kind, count);
      placeholder = `<${kind} ${count}>`;
      this.placeholders.set(key, placeholder);
    }
    return placeholder;
  }
}
