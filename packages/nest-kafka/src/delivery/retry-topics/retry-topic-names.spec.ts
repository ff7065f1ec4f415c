import { describe, expect, it } from 'vitest';
import { retryTopicCount } from '../policy/retry-topic-count.js';
import { retryTopicNames } from './retry-topic-names.js';

describe('retry topics', () => {
  it('are named after the topic, the group and their number', () => {
    expect(retryTopicNames('orders', 'shop-server', 2)).toEqual([
      'orders.shop-server.retry.1',
      'orders.shop-server.retry.2',
    ]);
    expect(retryTopicNames('orders', 'shop/é', 1)).toEqual(['orders.shop__.retry.1']);
    expect(() => retryTopicNames('orders', 'g'.repeat(240), 1)).toThrow('more than the 249 characters');
  });

  it('are as many as there are different delays', () => {
    const delays = { delay: 1_000, factor: 2, maxDelay: 30_000 };
    expect([2, 3, 6, 7, 100].map(attempts => retryTopicCount({ attempts, ...delays }))).toEqual([1, 2, 5, 6, 6]);
    expect(retryTopicCount({ attempts: 1, ...delays })).toBe(0);
    expect(retryTopicCount({ attempts: 9, ...delays, factor: 1 })).toBe(1);
    expect(retryTopicCount({ attempts: 9, ...delays, delay: 0 })).toBe(1);
    expect(retryTopicCount({ attempts: 9, ...delays, delay: 30_000 })).toBe(1);
  });
});
