/** A configuration's type, with its code in DescribeConfigs (KIP-569). */
export const ConfigType = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9,
} as const;
export type ConfigTypeName = keyof typeof ConfigType;

/** The values allowed, or the range of them. */
export type AllowedValues = readonly string[] | { readonly min: number; readonly max?: number } | undefined;

/** What a value has to be. */
export interface ValueRule {
  readonly type: ConfigTypeName;
  readonly allowed: AllowedValues;
}

const INT_MAX = 0x7fffffff;
const SHORT_MAX = 0x7fff;

/** Whether a value breaks the rule. */
export function configFault({ type, allowed }: ValueRule, value: string): boolean {
  return !isValid(type, allowed, value);
}

function isValid(type: ConfigTypeName, allowed: AllowedValues, value: string): boolean {
  switch (type) {
    case 'boolean':
      return /^(?:true|false)$/i.test(value.trim());
    case 'string':
    case 'class':
    case 'password':
      return !isList(allowed) || allowed.includes(value);
    case 'list':
      return !isList(allowed) || value === '' || value.split(',').every(item => allowed.includes(item.trim()));
    case 'double':
      return value.trim() !== '' && isWithin(allowed, Number(value));
    default:
      if (!/^[+-]?\d+$/.test(value.trim())) return false;
      return isOfSize(type, Number(value)) && isWithin(allowed, Number(value));
  }
}

function isOfSize(type: ConfigTypeName, value: number): boolean {
  if (type === 'long') return true;
  return Math.abs(value) <= (type === 'short' ? SHORT_MAX : INT_MAX);
}

function isList(allowed: AllowedValues): allowed is readonly string[] {
  return Array.isArray(allowed);
}

function isWithin(allowed: AllowedValues, value: number): boolean {
  if (Number.isNaN(value)) return false;
  if (allowed === undefined || isList(allowed)) return true;
  return value >= allowed.min && value <= (allowed.max ?? Infinity);
}
