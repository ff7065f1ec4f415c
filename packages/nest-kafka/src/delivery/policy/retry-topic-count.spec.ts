import { expect, it } from 'vitest';
import { retryTopicCount } from './retry-topic-count.js';

it('has as many retry topics as there are different delays', () => {
  const delays = { delay: 1_000, factor: 2, maxDelay: 30_000 };
  expect([2, 3, 6, 7, 100].map(attempts => retryTopicCount({ attempts, ...delays }))).toEqual([1, 2, 5, 6, 6]);
  expect(retryTopicCount({ attempts: 1, ...delays })).toBe(0);
  expect(retryTopicCount({ attempts: 9, ...delays, factor: 1 })).toBe(1);
  expect(retryTopicCount({ attempts: 9, ...delays, delay: 0 })).toBe(1);
  expect(retryTopicCount({ attempts: 9, ...delays, delay: 30_000 })).toBe(1);
});
