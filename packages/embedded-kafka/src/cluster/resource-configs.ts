import { ErrorCode } from '../protocol/errors.js';
import type { ClusterRefusal } from './cluster.js';
import { changedConfigs, type ConfigChange, type ConfigKind } from './config-changes.js';
import { ConfigSource, type ConfigSynonym } from './config-source.js';
import { ResourceType } from './resource-type.js';
import { clientMetricsConfigTable, groupConfigTable, type ResourceConfigFact } from './resource-config-table.js';

/** More than anybody configures; clients make up the names, so there is an end. */
const MAX_RESOURCES = 10_000;
const SHORTEST_INTERVAL = 100;
const LONGEST_INTERVAL = 3_600_000;
const SELECTOR =
  /^(?:client_instance_id|client_id|client_software_name|client_software_version|client_source_address|client_source_port)=(.*)$/s;

/** Milliseconds; undefined where the broker's count. */
export interface GroupTimes {
  readonly sessionTimeoutMs?: number | undefined;
  readonly heartbeatIntervalMs?: number | undefined;
}

const NO_TIMES: GroupTimes = {};

type Values = ReadonlyMap<string, string>;

export interface ResourceConfigEntry {
  readonly fact: ResourceConfigFact;
  readonly value: string;
  readonly source: number;
  readonly synonyms: readonly ConfigSynonym[];
}

const tables: ReadonlyMap<number, readonly ResourceConfigFact[]> = new Map([
  [ResourceType.group, groupConfigTable],
  [ResourceType.clientMetrics, clientMetricsConfigTable],
]);

const refuse = (errorCode: number, reason: string): ClusterRefusal => ({ errorCode, reason });

/** What was set for groups, which their sessions go by, and for client metrics' subscriptions, which nothing goes by. */
export class ResourceConfigs {
  private readonly values = new Map<string, Values>();

  /** `onChange` is told what a resource has from now on; `restore` takes it back. */
  constructor(private readonly onChange: (key: string, values: Values) => void = () => undefined) {}

  /** Whether resources of this type have configurations here. */
  has(type: number): boolean {
    return tables.has(type);
  }

  /** What was configured. As in Kafka, a group stays in the list when its last value goes. */
  names(type: number): string[] {
    const prefix = `${type}:`;
    return [...this.values.keys()].filter(key => key.startsWith(prefix)).map(key => key.slice(prefix.length));
  }

  entries(type: number, name: string): ResourceConfigEntry[] {
    const values = this.valuesOf(type, name);
    const source = type === ResourceType.group ? ConfigSource.dynamicGroup : ConfigSource.dynamicClientMetrics;
    return (tables.get(type) ?? []).map(fact => {
      const value = values.get(fact.name);
      if (value !== undefined) return { fact, value, source, synonyms: [{ name: fact.name, value, source }] };
      const fallback = { name: fact.name, value: fact.default, source: ConfigSource.default };
      // Kafka calls a group's default a synonym, a subscription's not.
      const synonyms = type === ResourceType.group ? [fallback] : [];
      return { fact, value: fact.default, source: ConfigSource.default, synonyms };
    });
  }

  /** Makes all changes of a resource, or none and says why. */
  alter(
    type: number,
    name: string,
    changes: readonly ConfigChange[],
    { keepsOthers, validateOnly }: { readonly keepsOthers: boolean; readonly validateOnly: boolean },
  ): ClusterRefusal | undefined {
    if (name === '') return refuse(ErrorCode.INVALID_REQUEST, `Resource type ${type} has no defaults: name one.`);
    const before = this.valuesOf(type, name);
    const changed = changedConfigs(keepsOthers ? before : new Map(), changes, kindOf(type));
    if ('errorCode' in changed) return changed;
    const refusal = type === ResourceType.clientMetrics ? subscriptionRefusal(changed) : undefined;
    if (refusal !== undefined || validateOnly) return refusal;
    const key = `${type}:${name}`;
    if (!this.values.has(key) && this.values.size >= MAX_RESOURCES) {
      return refuse(ErrorCode.POLICY_VIOLATION, 'There are too many configured resources.');
    }
    if (changed.size === 0 && type === ResourceType.clientMetrics) this.values.delete(key);
    else if (changed.size > 0 || this.values.has(key)) this.values.set(key, changed);
    this.onChange(key, changed);
    return undefined;
  }

  /** What a group of KIP-848's protocol has of its own. */
  ofGroup(groupId: string): GroupTimes {
    const values = this.values.get(`${ResourceType.group}:${groupId}`);
    if (values === undefined) return NO_TIMES;
    const of = (name: string): number | undefined => (values.has(name) ? Number(values.get(name)) : undefined);
    return {
      sessionTimeoutMs: of('consumer.session.timeout.ms'),
      heartbeatIntervalMs: of('consumer.heartbeat.interval.ms'),
    };
  }

  restore(key: string, values: Values): void {
    this.values.set(key, values);
  }

  private valuesOf(type: number, name: string): Values {
    return this.values.get(`${type}:${name}`) ?? new Map();
  }
}

function kindOf(type: number): ConfigKind {
  const facts = new Map((tables.get(type) ?? []).map(fact => [fact.name, fact]));
  return {
    rule(name) {
      const fact = facts.get(name);
      return fact && { type: fact.type, default: fact.default, allowed: fact.allowed };
    },
    takesUnknownNames: false,
    unknownNameCode: type === ResourceType.group ? ErrorCode.INVALID_CONFIG : ErrorCode.INVALID_REQUEST,
    invalidValueCode: ErrorCode.INVALID_CONFIG,
  };
}

function subscriptionRefusal(values: Values): ClusterRefusal | undefined {
  const interval = Number(values.get('interval.ms') ?? SHORTEST_INTERVAL);
  if (interval < SHORTEST_INTERVAL || interval > LONGEST_INTERVAL) {
    const reason = `interval.ms must be from ${SHORTEST_INTERVAL} to ${LONGEST_INTERVAL}, got ${interval}.`;
    return refuse(ErrorCode.INVALID_REQUEST, reason);
  }
  const selectors = (values.get('match') ?? '').split(',').filter(selector => selector.trim() !== '');
  const illegal = selectors.find(selector => !isPattern(SELECTOR.exec(selector.trim())?.[1]));
  if (illegal === undefined) return undefined;
  return refuse(ErrorCode.INVALID_CONFIG, `Illegal client matching pattern: ${illegal}`);
}

function isPattern(text: string | undefined): boolean {
  if (text === undefined) return false;
  try {
    // Looked at, never matched: nothing goes by it here.
    return new RegExp(text) instanceof RegExp;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
