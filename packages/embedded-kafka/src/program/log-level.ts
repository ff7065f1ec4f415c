import type { Logger } from '../logger.js';

/** From the most that is told to nothing at all. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export function isLogLevel(value: unknown): value is LogLevel {
  return (logLevels as readonly unknown[]).includes(value);
}

/** Tells what is of this level or above, one line each, on standard error: standard output is for what scripts read. */
export function loggerOf(level: LogLevel): Logger {
  const tell = (own: LogLevel): ((message: string) => void) =>
    logLevels.indexOf(own) < logLevels.indexOf(level)
      ? () => undefined
      : message => void process.stderr.write(`${new Date().toISOString()} ${own.toUpperCase()} ${message}\n`);
  return { debug: tell('debug'), info: tell('info'), warn: tell('warn'), error: tell('error') };
}
