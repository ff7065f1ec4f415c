import { describe, expect, it } from 'vitest';
import { subscribedTopics } from './consumer-subscription.js';
import { subscription } from './group.fixture.js';

describe('The subscription of a consumer', () => {
  it('names its topics, whatever later versions append', () => {
    expect(subscribedTopics(subscription('heroes', 'villains'))).toEqual(['heroes', 'villains']);
    expect(subscribedTopics(Buffer.concat([subscription('heroes'), Buffer.alloc(20)]))).toEqual(['heroes']);
    expect(subscribedTopics(subscription())).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['half a header', '000000'],
    ['a negative count', '0000ffffffff'],
    ['a count that cannot be', '00007fffffff0001'],
    ['a topic without end', '000000000001000568656c'],
    ['a negative length', '000000000001ffff'],
    ['fewer topics than promised', '0000000000020001680000'.slice(0, 18)],
  ])('is undefined for %s', (_, hex) => {
    expect(subscribedTopics(Buffer.from(hex, 'hex'))).toBeUndefined();
  });
});
