import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import { engineOptionNames, sectionOptionNames, transportOptionNames } from './known-names.js';
import { nearestName } from './nearest-name.js';
import type { KafkaTransportOptions } from './transport-options.js';

/**
 * Checks the options of a client or server when it is made.
 *
 * @throws InvalidOptionsError with every fault there is, not only the first.
 */
export function validateOptions(owner: string, options: KafkaTransportOptions | undefined): void {
  if (options === undefined || options === null) {
    return;
  }
  const faults = [...unknownNames(options), ...wrongValues(options), ...contradictions(options)];
  if (faults.length > 0) {
    throw new InvalidOptionsError(owner, faults);
  }
}

function* unknownNames(options: KafkaTransportOptions): Generator<string> {
  for (const name of Object.keys(options)) {
    if (!(transportOptionNames as readonly string[]).includes(name)) {
      yield unknown(name, nearestName(name, transportOptionNames)) + placeOf(name);
    }
  }
  for (const [section, known] of Object.entries(sectionOptionNames)) {
    for (const name of namesIn(options, section)) {
      if (!(known as readonly string[]).includes(name)) {
        yield `"${section}.${name}" is not an option; "${section}" has only ${known.map(option => `"${option}"`).join(', ')}`;
      }
    }
  }
  for (const [section, known] of Object.entries(engineOptionNames)) {
    for (const name of namesIn(options, section)) {
      const meant = (known as readonly string[]).includes(name) ? undefined : nearestName(name, known);
      if (meant !== undefined) {
        yield unknown(`${section}.${name}`, `${section}.${meant}`);
      }
    }
  }
}

function* wrongValues(options: KafkaTransportOptions): Generator<string> {
  for (const section of [...Object.keys(engineOptionNames), ...Object.keys(sectionOptionNames)]) {
    const value = (options as Record<string, unknown>)[section];
    if (value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value))) {
      yield `"${section}" must be an object; it is ${shown(value)}`;
    }
  }
  for (const name of ['requestTimeout', 'gracePeriod'] as const) {
    const value: unknown = options[name];
    if (value !== undefined && !(Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31)) {
      yield `"${name}" must be a whole number of milliseconds from 0 to ${2 ** 31 - 1}; it is ${shown(value)}`;
    }
  }
  const limit: unknown = options.maxPendingRequests;
  if (limit !== undefined && !(Number.isInteger(limit) && (limit as number) > 0)) {
    yield `"maxPendingRequests" must be a whole number above 0; it is ${shown(limit)}`;
  }
  for (const name of ['producerOnlyMode', 'dropExpiredRequests'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'boolean') {
      yield `"${name}" must be true or false; it is ${shown(options[name])}`;
    }
  }
  if (options.postfixId !== undefined && typeof options.postfixId !== 'string') {
    yield `"postfixId" must be a string, '' for none; it is ${shown(options.postfixId)}`;
  }
  if (options.driver !== undefined && typeof options.driver !== 'function') {
    yield `"driver" must be a function, such as config => new Kafka(config); it is ${shown(options.driver)}`;
  }
  if (options.serializer !== undefined && typeof options.serializer?.serialize !== 'function') {
    yield '"serializer" must be an object with a method serialize(value, options)';
  }
  if (options.deserializer !== undefined && typeof options.deserializer?.deserialize !== 'function') {
    yield '"deserializer" must be an object with a method deserialize(message, options)';
  }
  const routing: unknown = options.reply?.routing;
  if (routing !== undefined && routing !== 'direct' && routing !== 'group') {
    yield `"reply.routing" must be 'direct' or 'group'; it is ${shown(routing)}`;
  }
  yield* wrongBrokers(options.client?.brokers);
}

function* wrongBrokers(brokers: unknown): Generator<string> {
  if (brokers === undefined || typeof brokers === 'function') {
    return;
  }
  if (!Array.isArray(brokers) || brokers.length === 0) {
    yield `"client.brokers" must be a list of 'host:port', or a function that returns one; it is ${shown(brokers)}`;
    return;
  }
  for (const broker of brokers as unknown[]) {
    if (typeof broker !== 'string' || !/^[^\s/]+:\d{1,5}$/.test(broker)) {
      yield `"client.brokers" holds ${shown(broker)}, which is not of the form 'host:port'`;
    }
  }
}

function* contradictions(options: KafkaTransportOptions): Generator<string> {
  for (const name of ['eachMessage', 'eachBatch']) {
    if (namesIn(options, 'run').includes(name)) {
      yield `"run.${name}" is the transport's own; write a handler with @MessagePattern() or @EventPattern() instead`;
    }
  }
  for (const name of ['topics', 'topic']) {
    if (namesIn(options, 'subscribe').includes(name)) {
      yield `"subscribe.${name}" is the transport's own; topics come from @MessagePattern() and @EventPattern()`;
    }
  }
  for (const name of ['topic', 'messages']) {
    if (namesIn(options, 'send').includes(name)) {
      yield `"send.${name}" is the transport's own; it comes from the pattern and data of send() and emit()`;
    }
  }
  const acks: unknown = options.send?.acks;
  if (options.producer?.idempotent === true && acks !== undefined && acks !== -1) {
    yield `"producer.idempotent" needs "send.acks" of -1, which is also its default; it is ${shown(acks)}`;
  }
}

function namesIn(options: KafkaTransportOptions, section: string): string[] {
  const value = (options as Record<string, unknown>)[section];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

function unknown(name: string, nearest: string | undefined): string {
  return `"${name}" is not an option` + (nearest === undefined ? '' : `; did you mean "${nearest}"?`);
}

/** Names the section that an option was probably meant for. */
function placeOf(name: string): string {
  const sections = Object.entries(engineOptionNames).filter(([, known]) => (known as readonly string[]).includes(name));
  return sections.length === 0 ? '' : `; it belongs in ${sections.map(([section]) => `"${section}"`).join(' or ')}`;
}

function shown(value: unknown): string {
  return typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value));
}
