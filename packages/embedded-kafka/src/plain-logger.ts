import type { Logger } from './logger.js';

/** Characters of a message that are kept; what clients chose may be as long as a frame. */
const LONGEST = 2_000;
/** Control and format characters, line separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Messages name groups, members, topics and principals as clients called them. Each stays one line, of bounded length and
 * without sequences that a terminal obeys. An error of the broker's own keeps the lines of its stack.
 */
export function plainLogger(logger: Logger): Logger {
  return {
    debug: message => logger.debug(plain(message)),
    info: message => logger.info(plain(message)),
    warn: message => logger.warn(plain(message)),
    error: message => logger.error(message.split('\n').map(plain).join('\n')),
  };
}

function plain(message: string): string {
  const kept = message.length <= LONGEST ? message : `${message.slice(0, LONGEST)}... (${message.length} characters)`;
  return kept.replace(UNPRINTABLE, character => String.raw`\u{${character.codePointAt(0)?.toString(16)}}`);
}
