import { KafkaJSConfigurationError } from '../errors/client-errors.js';

type Check = (value: unknown) => string | undefined;

/** What each option may be. A check returns what is expected instead, or undefined if the value is good. */
export type OptionChecks<Options> = { readonly [Name in keyof Required<Options>]: Check };

export const isString: Check = value => (typeof value === 'string' && value !== '' ? undefined : 'a non-empty string');
export const isBoolean: Check = value => (typeof value === 'boolean' ? undefined : 'true or false');
export const isFunction: Check = value => (typeof value === 'function' ? undefined : 'a function');
export const anything: Check = () => undefined;

export function isIntegerFrom(minimum: number): Check {
  return value =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum
      ? undefined
      : `an integer of at least ${minimum}`;
}

export function isNumberFrom(minimum: number, maximum = Number.POSITIVE_INFINITY): Check {
  return value =>
    typeof value === 'number' && value >= minimum && value <= maximum
      ? undefined
      : `a number from ${minimum}${Number.isFinite(maximum) ? ` to ${maximum}` : ''}`;
}

/** Every fault of an options object, unknown names included. Undefined values count as absent. */
export function optionFaults<Options>(options: unknown, checks: OptionChecks<Options>, prefix = ''): string[] {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    return [`${prefix === '' ? 'the options' : prefix.slice(0, -1)} must be an object, not ${printed(options)}`];
  }
  const known = checks as Readonly<Record<string, Check>>;
  const faults: string[] = [];
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(known, name) ? known[name] : undefined;
    if (check === undefined) {
      faults.push(`unknown option "${prefix}${name}"${suggestion(name, Object.keys(known), prefix)}`);
    } else if (value !== undefined) {
      const expected = check(value);
      if (expected !== undefined) {
        faults.push(`"${prefix}${name}" must be ${expected}, not ${printed(value)}`);
      }
    }
  }
  return faults;
}

/** @throws KafkaJSConfigurationError with all of them, if there are any. */
export function throwFaults(subject: string, faults: readonly string[]): void {
  if (faults.length > 0) {
    throw new KafkaJSConfigurationError(subject, faults);
  }
}

/** A value as it may stand in a message: short, and never the contents of an object, which may be secret. */
function printed(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  }
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? 'an array' : 'an object';
  }
  return typeof value === 'function' ? 'a function' : String(value);
}

function suggestion(name: string, known: readonly string[], prefix: string): string {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best === undefined ? `; known are ${known.join(', ')}` : `, did you mean "${prefix}${best}"?`;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[j] as number) + 1, (current[j - 1] as number) + 1));
    }
    previous = current;
  }
  return previous[b.length] as number;
}
