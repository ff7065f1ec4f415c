import { contradictions } from './contradictions.js';
import { nearestName } from '../../options/nearest-name.js';
import type { DeliveryPolicy } from './delivery-policy.js';

const WORDS = {
  delivery: ['ack', 'order', 'concurrency', 'retry', 'deadLetter', 'batch', 'transaction', 'rateLimit', 'filter'],
  retry: ['attempts', 'delay', 'factor', 'maxDelay', 'jitter', 'retriable', 'fatal', 'in'],
  batch: ['size', 'flushAfter'],
  transaction: ['idPrefix', 'timeout'],
  rateLimit: ['messages', 'per'],
} as const;

/** Everything wrong with one policy, a sentence each. Combinations are looked at only when the words are right. */
export function policyFaults(policy: unknown): string[] {
  if (!isRecord(policy)) {
    return [`a delivery policy must be an object; it is ${shown(policy)}`];
  }
  const faults = [...wrongWords(policy), ...wrongRetry(policy), ...wrongParts(policy)];
  return faults.length > 0 ? faults : [...contradictions(policy as DeliveryPolicy)];
}

function* wrongWords(policy: Record<string, unknown>): Generator<string> {
  yield* unknownWords(policy, 'delivery', '');
  yield* notOneOf('ack', policy['ack'], ['handler', 'manual', 'receipt']);
  yield* notOneOf('order', policy['order'], ['partition', 'key', 'none']);
  yield* notWhole('concurrency', policy['concurrency'], 1, 10_000);
  const { deadLetter, filter } = policy;
  const isTarget = typeof deadLetter === 'string' ? deadLetter !== '' : typeof deadLetter === 'function';
  if (deadLetter !== undefined && deadLetter !== false && !isTarget) {
    yield `"deadLetter" must be a topic, a function that names one, or false; it is ${shown(deadLetter)}`;
  }
  if (filter !== undefined && typeof filter !== 'function') {
    yield `"filter" must be a function; it is ${shown(filter)}`;
  }
}

function* wrongRetry({ retry }: Record<string, unknown>): Generator<string> {
  if (retry === undefined) {
    return;
  }
  if (typeof retry === 'number') {
    yield* notAttempts('retry', retry);
    return;
  }
  if (!isRecord(retry)) {
    yield `"retry" must be a number of attempts or an object; it is ${shown(retry)}`;
    return;
  }
  yield* unknownWords(retry, 'retry', 'retry.');
  yield* notAttempts('retry.attempts', retry['attempts']);
  yield* notWhole('retry.delay', retry['delay'], 0, 2 ** 31 - 1);
  yield* notWhole('retry.maxDelay', retry['maxDelay'], 0, 2 ** 31 - 1);
  yield* notWithin('retry.factor', retry['factor'], 1, 100);
  yield* notWithin('retry.jitter', retry['jitter'], 0, 1);
  yield* notOneOf('retry.in', retry['in'], ['place', 'topics']);
  for (const name of ['retriable', 'fatal'] as const) {
    const classes = retry[name];
    if (classes !== undefined && !(Array.isArray(classes) && classes.every(each => typeof each === 'function'))) {
      yield `"retry.${name}" must be a list of exception classes; it is ${shown(classes)}`;
    }
  }
}

function* wrongParts({ batch, transaction, rateLimit }: Record<string, unknown>): Generator<string> {
  for (const [name, part] of Object.entries({ batch, transaction })) {
    if (part !== undefined && typeof part !== 'boolean' && !isRecord(part)) {
      yield `"${name}" must be true, false or an object; it is ${shown(part)}`;
    }
  }
  if (isRecord(batch)) {
    yield* unknownWords(batch, 'batch', 'batch.');
    yield* notWhole('batch.size', batch['size'], 1, 100_000);
    yield* notWhole('batch.flushAfter', batch['flushAfter'], 0, 600_000);
  }
  if (isRecord(transaction)) {
    yield* unknownWords(transaction, 'transaction', 'transaction.');
    yield* notWhole('transaction.timeout', transaction['timeout'], 1, 2 ** 31 - 1);
    const { idPrefix } = transaction;
    if (idPrefix !== undefined && (typeof idPrefix !== 'string' || idPrefix === '')) {
      yield `"transaction.idPrefix" must be a string; it is ${shown(idPrefix)}`;
    }
  }
  if (rateLimit === undefined) {
    return;
  }
  if (!isRecord(rateLimit)) {
    yield `"rateLimit" must be an object { messages, per }; it is ${shown(rateLimit)}`;
    return;
  }
  yield* unknownWords(rateLimit, 'rateLimit', 'rateLimit.');
  for (const name of WORDS.rateLimit) {
    if (rateLimit[name] === undefined) {
      yield `"rateLimit.${name}" is missing`;
    }
    yield* notWhole(`rateLimit.${name}`, rateLimit[name], 1, 2 ** 31 - 1);
  }
}

function* unknownWords(part: Record<string, unknown>, section: keyof typeof WORDS, prefix: string): Generator<string> {
  const known: readonly string[] = WORDS[section];
  for (const name of Object.keys(part)) {
    if (!known.includes(name)) {
      const meant = nearestName(name, known);
      yield (
        `"${prefix}${name}" is not a word of a delivery policy` +
        (meant === undefined ? '' : `; did you mean "${prefix}${meant}"?`)
      );
    }
  }
}

function* notOneOf(name: string, value: unknown, words: readonly string[]): Generator<string> {
  if (value !== undefined && !words.includes(value as string)) {
    yield `"${name}" must be ${words.map(word => `'${word}'`).join(' or ')}; it is ${shown(value)}`;
  }
}

function* notWhole(name: string, value: unknown, least: number, most: number): Generator<string> {
  if (value !== undefined && !(Number.isInteger(value) && (value as number) >= least && (value as number) <= most)) {
    yield `"${name}" must be a whole number from ${least} to ${most}; it is ${shown(value)}`;
  }
}

function* notWithin(name: string, value: unknown, least: number, most: number): Generator<string> {
  if (value !== undefined && !(typeof value === 'number' && value >= least && value <= most)) {
    yield `"${name}" must be a number from ${least} to ${most}; it is ${shown(value)}`;
  }
}

function* notAttempts(name: string, value: unknown): Generator<string> {
  const isCount = value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && (value as number) >= 1);
  if (value !== undefined && !isCount) {
    yield `"${name}" must be a whole number from 1, or Infinity; it is ${shown(value)}`;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value));
}
