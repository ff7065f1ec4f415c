import { printable } from '../errors/printable.js';

/** Characters of a message; what others wrote into it is shorter. */
const LONGEST_MESSAGE = 4_000;

/** How much is logged; KafkaJS's numbers. */
export const logLevel = { NOTHING: 0, ERROR: 1, WARN: 2, INFO: 4, DEBUG: 5 } as const;
export type logLevel = (typeof logLevel)[keyof typeof logLevel];

export interface LoggerEntryContent {
  readonly timestamp: string;
  readonly message: string;
  readonly [key: string]: unknown;
}

export interface LogEntry {
  readonly namespace: string;
  readonly level: logLevel;
  readonly label: string;
  readonly log: LoggerEntryContent;
}

/** Called once with the level; returns what receives every entry at or below it. */
export type logCreator = (level: logLevel) => (entry: LogEntry) => void;

type LogMethod = (message: string, extra?: object) => void;

export interface Logger {
  readonly info: LogMethod;
  readonly error: LogMethod;
  readonly warn: LogMethod;
  readonly debug: LogMethod;
  /** A logger for one part of the client; its own level wins over the root's. */
  readonly namespace: (namespace: string, level?: logLevel) => Logger;
  /** Changes the level of the root logger and of all namespaces without one of their own. */
  readonly setLogLevel: (level: logLevel) => void;
}

type Label = 'INFO' | 'ERROR' | 'WARN' | 'DEBUG';

function isLabel(label: string): label is keyof typeof logLevel {
  return Object.hasOwn(logLevel, label);
}

/** KAFKAJS_LOG_LEVEL wins over the option, as in KafkaJS. */
function effectiveLevel(level: logLevel): logLevel {
  const label = (process.env['KAFKAJS_LOG_LEVEL'] ?? '').toUpperCase();
  return isLabel(label) ? logLevel[label] : level;
}

/** One line of JSON per entry to the console method of its level. */
export const consoleLogCreator: logCreator = () => entry => {
  const { namespace, level, label, log } = entry;
  const prefix = namespace === '' ? '' : `[${namespace}] `;
  const line = JSON.stringify({ level: label, ...log, message: `${prefix}${log.message}` });
  if (level === logLevel.ERROR) {
    console.error(line);
  } else if (level === logLevel.WARN) {
    console.warn(line);
  } else if (level === logLevel.INFO) {
    console.info(line);
  } else {
    console.log(line);
  }
};

/** The root logger of a client. Default level INFO, default output JSON lines on the console. */
export function createLogger(
  options: { readonly level?: logLevel | undefined; readonly logCreator?: logCreator | undefined } = {},
): Logger {
  let rootLevel = effectiveLevel(options.level ?? logLevel.INFO);
  const write = (options.logCreator ?? consoleLogCreator)(rootLevel);

  const createNamespace = (namespace: string, ownLevel?: logLevel): Logger => {
    const namespaceLevel = ownLevel === undefined ? undefined : effectiveLevel(ownLevel);
    const method =
      (label: Label): LogMethod =>
      (message, extra) => {
        const level = logLevel[label];
        if (level > (namespaceLevel ?? rootLevel)) {
          return;
        }
        const log = {
          timestamp: new Date().toISOString(),
          logger: 'kafkajs',
          message: printable(message, LONGEST_MESSAGE),
          ...extra,
        };
        write({ namespace, level, label, log });
      };
    return {
      info: method('INFO'),
      error: method('ERROR'),
      warn: method('WARN'),
      debug: method('DEBUG'),
      namespace: createNamespace,
      setLogLevel: level => {
        rootLevel = level;
      },
    };
  };

  return createNamespace('');
}
