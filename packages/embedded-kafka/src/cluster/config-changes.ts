import { ErrorCode } from '../protocol/errors.js';
import type { ClusterRefusal } from './cluster.js';
import { configFault, type ValueRule } from './config-value.js';

/** What IncrementalAlterConfigs does with a value, with its code (KIP-339). */
export const ConfigOperation = { set: 0, delete: 1, append: 2, subtract: 3 } as const;

export interface ConfigChange {
  readonly name: string;
  /** One of `ConfigOperation`, or a number that is none of them. */
  readonly operation: number;
  readonly value: string | null;
}

/** What is known about the configurations of one kind of resource. */
export interface ConfigKind {
  /** Undefined for a name that nobody knows. */
  rule(name: string): (ValueRule & { readonly default: string | null }) | undefined;
  /** Whether a name that nobody knows may be set nevertheless. */
  readonly takesUnknownNames: boolean;
  /** Error code for a name that nobody knows, if it may not be set. */
  readonly unknownNameCode: number;
  /** Error code for a value that is not valid. */
  readonly invalidValueCode: number;
}

type Values = ReadonlyMap<string, string>;

const refuse = (errorCode: number, reason: string): ClusterRefusal => ({ errorCode, reason });

/** The values after all changes, or why not a single one of them is made. */
export function changedConfigs(
  values: Values,
  changes: readonly ConfigChange[],
  kind: ConfigKind,
): Values | ClusterRefusal {
  if (new Set(changes.map(change => change.name)).size < changes.length) {
    return refuse(ErrorCode.INVALID_REQUEST, 'A configuration was named twice for the same resource.');
  }
  const changed = new Map(values);
  for (const change of changes) {
    const { name, operation, value } = change;
    if (operation === ConfigOperation.delete) {
      changed.delete(name);
      continue;
    }
    if (value === null) return refuse(ErrorCode.INVALID_REQUEST, `The value of ${name} is null.`);
    const next = operation === ConfigOperation.set ? value : listAfter(change, value, changed.get(name), kind);
    if (typeof next !== 'string') return next;
    const refusal = valueRefusal(name, next, kind);
    if (refusal) return refusal;
    changed.set(name, next);
  }
  return changed;
}

function listAfter(
  { name, operation }: ConfigChange,
  value: string,
  current: string | undefined,
  kind: ConfigKind,
): string | ClusterRefusal {
  if (operation !== ConfigOperation.append && operation !== ConfigOperation.subtract) {
    return refuse(ErrorCode.UNKNOWN_SERVER_ERROR, `There is no operation ${operation} on a configuration.`);
  }
  const rule = kind.rule(name);
  if (rule?.type !== 'list') {
    return refuse(ErrorCode.INVALID_CONFIG, `Nothing can be appended to ${name}, or subtracted: it is no list.`);
  }
  const items = itemsOf(current ?? rule.default ?? '');
  const named = itemsOf(value);
  const rest = items.filter(item => !named.includes(item));
  if (operation === ConfigOperation.subtract) return rest.join(',');
  return [...items, ...named.filter(item => !items.includes(item))].join(',');
}

function itemsOf(list: string): string[] {
  return list === '' ? [] : list.split(',').map(item => item.trim());
}

function valueRefusal(name: string, value: string, kind: ConfigKind): ClusterRefusal | undefined {
  const rule = kind.rule(name);
  if (rule === undefined) {
    return kind.takesUnknownNames ? undefined : refuse(kind.unknownNameCode, `Unknown config name: ${name}`);
  }
  if (!configFault(rule, value)) return undefined;
  return refuse(kind.invalidValueCode, `Invalid value ${value} for configuration ${name}`);
}
