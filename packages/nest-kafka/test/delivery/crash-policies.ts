import type { DeliveryPolicy } from 'nest-kafka';

/**
 * Handlers of a process that is killed, and of the one that comes after it: a topic for each word. What the first one does with a
 * message stands in its value: `done`, `hangs` or `fails`.
 */
export const crashPolicies: Readonly<Record<string, DeliveryPolicy>> = {
  handler: {},
  key: { order: 'key', concurrency: 10 },
  none: { order: 'none', concurrency: 10 },
  manual: { ack: 'manual', order: 'none', concurrency: 10 },
  receipt: { ack: 'receipt' },
  batch: { batch: { size: 2, flushAfter: 50 } },
  retry: { retry: { delay: 60_000, maxDelay: 60_000 } },
  rateLimit: { rateLimit: { messages: 1, per: 60_000 } },
  filter: { filter: ({ value }) => !String(value).endsWith('unwanted') },
  paused: {},
};

export const topicOf = (prefix: string, word: string): string => `${prefix}.${word}`;
