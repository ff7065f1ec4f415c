import type { MessageHandler } from '@nestjs/microservices';

/** Nest's map of handlers, whose keys are routes, and RegExps as they are. */
export type Handlers = Map<unknown, MessageHandler>;

/** Registers a handler under a RegExp, by the rules Nest has for routes: events chain, requests replace. */
export function addByRegExp(handlers: Handlers, pattern: RegExp, handler: MessageHandler): void {
  const first = handlers.get(pattern);
  if (first === undefined || handler.isEventHandler !== true) {
    handlers.set(pattern, handler);
    return;
  }
  let last: MessageHandler = first;
  while (last.next !== undefined) {
    last = last.next as MessageHandler;
  }
  last.next = handler;
}

/** The handler of the first registered RegExp that matches a topic. */
export function findByRegExp(handlers: Handlers, topic: string): MessageHandler | null {
  for (const [pattern, handler] of handlers) {
    if (pattern instanceof RegExp && matches(pattern, topic)) {
      return handler;
    }
  }
  return null;
}

/** The pattern by which messages of a topic find their handler, as it was written; the topic itself if there is none. */
export function patternOf(handlers: Handlers, topic: string): string {
  if (!handlers.has(topic)) {
    for (const pattern of handlers.keys()) {
      if (pattern instanceof RegExp && matches(pattern, topic)) {
        return String(pattern);
      }
    }
  }
  return topic;
}

/** Patterns with the flags `g` or `y` remember where they stopped; a topic is always matched from its start. */
function matches(pattern: RegExp, topic: string): boolean {
  pattern.lastIndex = 0;
  const matched = pattern.test(topic);
  pattern.lastIndex = 0;
  return matched;
}
