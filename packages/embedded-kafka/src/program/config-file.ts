import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { EmbeddedKafkaOptions } from '../options/embedded-kafka-options.js';
import type { ListenerOptions } from '../security/listener-options.js';
import { isLogLevel, logLevels } from './log-level.js';
import type { ProgramSettings } from './program-settings.js';
import { parseProperties } from './properties-format.js';
import { readTlsFiles } from './tls-files.js';

/** Far more than anybody writes, so that a wrong path does not fill the memory. */
const MAX_CHARACTERS = 1_048_576;

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Settings from a file: JSON with the options of `EmbeddedKafka.start`, or Kafka's `server.properties`, by its extension. Adds
 * to `faults` what is wrong with it; what its options are worth is seen when the broker starts.
 */
export function readConfigFile(path: string, faults: string[]): ProgramSettings {
  const text = textOf(path, faults);
  if (text === undefined) return { options: {} };
  switch (extname(path)) {
    case '.json':
      return settingsOfJson(path, text, faults);
    case '.properties':
      return { options: { properties: Object.fromEntries(parseProperties(text)) } };
    default:
      faults.push(`--config ${path} must end in .json or .properties, which tells how it is read`);
      return { options: {} };
  }
}

function textOf(path: string, faults: string[]): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.length <= MAX_CHARACTERS) return text;
    faults.push(`--config ${path} has more than ${MAX_CHARACTERS} characters`);
  } catch (error) {
    faults.push(`--config ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
}

function settingsOfJson(path: string, text: string, faults: string[]): ProgramSettings {
  const json = parseJson(path, text, faults);
  if (json === undefined) return { options: {} };
  const { logLevel, manualClock, clock, logger, ...options } = json;
  if (logLevel !== undefined && !isLogLevel(logLevel)) {
    faults.push(`logLevel must be one of ${logLevels.join(', ')}, got ${JSON.stringify(logLevel)}`);
  }
  if (manualClock !== undefined && typeof manualClock !== 'boolean') {
    faults.push(`manualClock must be true or false, got ${JSON.stringify(manualClock)}`);
  }
  if (clock !== undefined) faults.push('clock cannot be said in a file: see manualClock');
  if (logger !== undefined) faults.push('logger cannot be said in a file: see logLevel');
  return {
    logLevel: isLogLevel(logLevel) ? logLevel : undefined,
    manualClock: manualClock === true ? true : undefined,
    options: { ...options, ...listenersOf(options, faults) } as EmbeddedKafkaOptions,
  };
}

function parseJson(path: string, text: string, faults: string[]): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json)) return json;
    faults.push(`--config ${path} must have an object with the options of EmbeddedKafka.start`);
  } catch (error) {
    faults.push(`--config ${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
}

function listenersOf({ listeners }: JsonObject, faults: string[]): Pick<EmbeddedKafkaOptions, 'listeners'> {
  if (!Array.isArray(listeners)) return {};
  const read = listeners.map((listener: unknown, index) => {
    if (!isObject(listener) || !isObject(listener['tls'])) return listener as ListenerOptions;
    return { ...listener, tls: readTlsFiles(listener['tls'], `listeners[${index}].tls`, faults) } as ListenerOptions;
  });
  return { listeners: read };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
