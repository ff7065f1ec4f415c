import type { MessageHandler } from '@nestjs/microservices';

/** The handler of the first registered RegExp that matches a topic. */
export function findByRegExp(handlers: ReadonlyMap<unknown, MessageHandler>, topic: string): MessageHandler | null {
  for (const [pattern, handler] of handlers) {
    if (pattern instanceof RegExp && matches(pattern, topic)) {
      return handler;
    }
  }
  return null;
}

/** Patterns with the flags `g` or `y` remember where they stopped; a topic is always matched from its start. */
function matches(pattern: RegExp, topic: string): boolean {
  pattern.lastIndex = 0;
  const matched = pattern.test(topic);
  pattern.lastIndex = 0;
  return matched;
}
