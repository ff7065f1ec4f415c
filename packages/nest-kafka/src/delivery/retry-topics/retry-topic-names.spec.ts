import { describe, expect, it } from 'vitest';
import { retryTopicNames } from './retry-topic-names.js';

describe('retry topics', () => {
  it('are named after the topic, the group and their number, in characters that Kafka takes', () => {
    expect(retryTopicNames('orders', 'shop-server', 2)).toEqual([
      'orders.shop-server.retry.1',
      'orders.shop-server.retry.2',
    ]);
    expect(retryTopicNames('orders', 'shop/é', 1)).toEqual(['orders.shop__.retry.1']);
  });
});
