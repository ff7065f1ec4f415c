import type { EmbeddedKafkaOptions } from '../options/embedded-kafka-options.js';
import type { LogLevel } from './log-level.js';

/** What the program was told, by its command line or by a file. */
export interface ProgramSettings {
  /** Those of `EmbeddedKafka.start` that are plain data. */
  readonly options: EmbeddedKafkaOptions;
  /** Default `warn`. */
  readonly logLevel?: LogLevel | undefined;
  /** Whether time stands still until the control interface moves it. Default false. */
  readonly manualClock?: boolean | undefined;
}

const DEFAULT_PORT = 9092;

/** What the command line says wins over what the file says; topics, users, ACLs, super users and properties add up. */
export function mergeSettings(file: ProgramSettings, line: ProgramSettings): ProgramSettings {
  return {
    logLevel: line.logLevel ?? file.logLevel,
    manualClock: line.manualClock ?? file.manualClock,
    options: mergeOptions(file.options, line.options),
  };
}

/** The port that Kafka's clients try first, unless the settings say where to listen. */
export function withDefaultPort({ options, ...settings }: ProgramSettings): ProgramSettings {
  const { port, listeners, brokers, properties } = options;
  const isSaid = port !== undefined || listeners !== undefined || properties?.['listeners'] !== undefined;
  const isSaidOfBrokers = Array.isArray(brokers) && brokers.some(broker => broker?.port !== undefined);
  return { ...settings, options: isSaid || isSaidOfBrokers ? options : { ...options, port: DEFAULT_PORT } };
}

function mergeOptions(file: EmbeddedKafkaOptions, line: EmbeddedKafkaOptions): EmbeddedKafkaOptions {
  const given = Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined));
  const [ofFile, ofLine] = [file.authorizer, line.authorizer];
  return {
    ...file,
    ...given,
    ...(file.topics && line.topics && { topics: [...file.topics, ...line.topics] }),
    ...(file.users && line.users && { users: { ...file.users, ...line.users } }),
    ...(file.properties && line.properties && { properties: { ...file.properties, ...line.properties } }),
    ...(file.control && line.control && { control: { ...file.control, ...line.control } }),
    ...(ofFile &&
      ofLine && {
        authorizer: {
          ...ofFile,
          superUsers: [...(ofFile.superUsers ?? []), ...(ofLine.superUsers ?? [])],
          acls: [...(ofFile.acls ?? []), ...(ofLine.acls ?? [])],
        },
      }),
  };
}
