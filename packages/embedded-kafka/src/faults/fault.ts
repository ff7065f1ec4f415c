import { unknownName } from '../options/nearest-name.js';
import type { ErrorName } from '../protocol/errors.js';

/**
 * What is to go wrong, and for whom. The selectors (`api`, `topic`, `group`, `clientId`) must all fit; a request for
 * several topics or groups is hit as a whole if one of them fits. At least one of the effects must be given, and at most
 * one of `errorCode`, `close`, `dropAnswer`, `truncateAnswer`, `duplicateAnswer` and `throttleMs`, before which `delayMs` may come.
 */
export interface Fault {
  /** Name of an API, e.g. `Produce` or `OffsetCommit`. Default: every API that the effect is possible for. */
  readonly api?: string | undefined;
  /** A topic's name. Default: any, and requests without topics too. */
  readonly topic?: string | undefined;
  /** A group's id. Default: any, and requests without groups too. */
  readonly group?: string | undefined;
  /** The client's `client.id`. Default: any. */
  readonly clientId?: string | undefined;
  /** Answers with Kafka's error of this name, and does not do the work. */
  readonly errorCode?: ErrorName | undefined;
  /** Closes the connection, and does not do the work. */
  readonly close?: boolean | undefined;
  /** Does the work and closes the connection instead of answering: what a failing network does at the worst moment. */
  readonly dropAnswer?: boolean | undefined;
  /** Does the work, sends half of the answer's bytes, and closes the connection. */
  readonly truncateAnswer?: boolean | undefined;
  /** Does the work and sends its answer twice: a client must not take the second one for the next request's. */
  readonly duplicateAnswer?: boolean | undefined;
  /**
   * Does the work and answers at once, but as to a client that is beyond its quota: the answer says `throttleTimeMs`, and nothing else
   * of the connection is handled for so many milliseconds (KIP-219).
   */
  readonly throttleMs?: number | undefined;
  /**
   * Milliseconds to wait before anything is done. Other requests on the same connection wait as well; a client that hangs
   * up meanwhile has not asked.
   */
  readonly delayMs?: number | undefined;
  /** How likely it is that a request is hit which fits, above 0 and up to 1. Default 1. */
  readonly probability?: number | undefined;
  /** Makes the chances of `probability` those of another run: the same seed hits the same requests. Default 1. */
  readonly seed?: number | undefined;
  /** How many requests are hit. Default: all, until it is removed. */
  readonly count?: number | undefined;
}

/** Faults for tests. */
export interface Faults {
  /**
   * Injects a fault, from the next request on.
   * @throws EmbeddedKafkaError INVALID_FAULT with everything that is wrong
   */
  inject(fault: Fault): InjectedFault;
  /** Those that can still hit, in the order of injection. */
  list(): InjectedFault[];
  /** Ends all faults. */
  clear(): void;
}

/** A fault that was injected. */
export interface InjectedFault {
  /** Numbers the faults of a broker, from 1 on. */
  readonly id: number;
  readonly fault: Fault;
  /** How many requests it has hit. */
  readonly hits: number;
  /** Ends it. What is delayed already stays so. May be called again. */
  remove(): void;
}

const selectors = ['api', 'topic', 'group', 'clientId'] as const;
const flags = ['close', 'dropAnswer', 'truncateAnswer', 'duplicateAnswer'] as const;
const outcomes = ['errorCode', ...flags, 'throttleMs'] as const;
const known: ReadonlySet<string> = new Set([...selectors, ...outcomes, 'delayMs', 'count', 'probability', 'seed']);
const LONGEST_TIMER = 0x7fffffff;

const isWithin = (value: number, min: number): boolean =>
  Number.isInteger(value) && value >= min && value <= LONGEST_TIMER;

export interface FaultKnowledge {
  /** Names of the APIs that are served. */
  readonly apis: readonly string[];
  /** Names of those that can be answered with an error. */
  readonly refusable: readonly string[];
  readonly errorNames: readonly string[];
}

/** Everything that is wrong with a fault's description. */
export function problemsOf(fault: Fault, { apis, refusable, errorNames }: FaultKnowledge): string[] {
  const problems: string[] = [];
  for (const name of Object.keys(fault)) {
    if (!known.has(name)) problems.push(`${name} is not known ${unknownName(name, known)}`);
  }
  for (const name of selectors) {
    const value = fault[name];
    if (value !== undefined && typeof value !== 'string') problems.push(`${name} must be a string`);
  }
  for (const name of flags) {
    if (fault[name] !== undefined && typeof fault[name] !== 'boolean') problems.push(`${name} must be a boolean`);
  }
  const { api, errorCode, delayMs, throttleMs, count, probability, seed } = fault;
  if (typeof api === 'string' && !apis.includes(api)) {
    problems.push(`api ${JSON.stringify(api)} is not served (served: ${apis.join(', ')})`);
  } else if (typeof api === 'string' && errorCode !== undefined && !refusable.includes(api)) {
    problems.push(`${api} cannot be answered with an error here (those that can: ${refusable.join(', ')})`);
  }
  if (errorCode !== undefined && (errorCode === 'NONE' || !errorNames.includes(errorCode))) {
    problems.push(`errorCode must be the name of one of Kafka's errors, got ${JSON.stringify(errorCode)}`);
  }
  if (delayMs !== undefined && !isWithin(delayMs, 0)) {
    problems.push(`delayMs must be an integer from 0 to ${LONGEST_TIMER}, got ${String(delayMs)}`);
  }
  if (throttleMs !== undefined && !isWithin(throttleMs, 1)) {
    problems.push(`throttleMs must be an integer from 1 to ${LONGEST_TIMER}, got ${String(throttleMs)}`);
  }
  if (count !== undefined && !isWithin(count, 1)) {
    problems.push(`count must be an integer from 1 to ${LONGEST_TIMER}, got ${String(count)}`);
  }
  if (probability !== undefined && !(typeof probability === 'number' && probability > 0 && probability <= 1)) {
    problems.push(`probability must be a number above 0 and up to 1, got ${String(probability)}`);
  }
  if (seed !== undefined && !isWithin(seed, 0)) {
    problems.push(`seed must be an integer from 0 to ${LONGEST_TIMER}, got ${String(seed)}`);
  }
  const chosen = outcomes.filter(name => fault[name] !== undefined && fault[name] !== false);
  if (chosen.length > 1) problems.push(`${chosen.join(' and ')} exclude each other`);
  if (chosen.length === 0 && delayMs === undefined) {
    problems.push(`it does nothing: give ${outcomes.join(', ')} or delayMs`);
  }
  return problems;
}
