/**
 * Receives what the broker has to tell. `console` fits, and so does Nest's `Logger` behind a small adapter.
 * The default logger is silent: a broker in a test suite should not talk over its reporter.
 */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
