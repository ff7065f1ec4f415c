import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';

/** @throws KafkaJSNonRetriableError unless `value` is a non-empty string. */
export function assertName(what: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') {
    throw new KafkaJSNonRetriableError(
      `Invalid ${what} ${JSON.stringify(value) ?? 'undefined'}: it must be a non-empty string`,
    );
  }
}

/** @throws KafkaJSNonRetriableError unless `value` is an array, with something in it unless `mayBeEmpty`. */
export function assertArray(what: string, value: unknown, mayBeEmpty = false): void {
  if (!Array.isArray(value)) {
    throw new KafkaJSNonRetriableError(`Invalid ${what} array ${String(value)}`);
  }
  if (value.length === 0 && !mayBeEmpty) {
    throw new KafkaJSNonRetriableError(`Empty ${what} array`);
  }
}

/** @throws KafkaJSNonRetriableError unless `value` is one of the numbers of `types`. */
export function assertType(what: string, value: unknown, types: Readonly<Record<string, number>>): void {
  if (!Object.values(types).some(known => known === value)) {
    const names = Object.entries(types).map(([name, number]) => `${name} (${number})`);
    throw new KafkaJSNonRetriableError(`Invalid ${what} ${String(value)}: it must be one of ${names.join(', ')}`);
  }
}

/** @throws KafkaJSNonRetriableError if two entries name the same topic, or one names none. */
export function assertTopicsOnce(what: string, entries: readonly { readonly topic: string }[]): void {
  const seen = new Set<string>();
  for (const { topic } of entries) {
    assertName(`topic in the ${what} array`, topic);
    if (seen.has(topic)) {
      throw new KafkaJSNonRetriableError(
        `Invalid ${what} array, it cannot have multiple entries for the same topic: "${topic}"`,
      );
    }
    seen.add(topic);
  }
}
