import { describe, expect, it } from 'vitest';
import { nearestName, unknownName } from './nearest-name.js';

describe('the nearest name', () => {
  it.each([
    ['prot', 'port'],
    ['topcis', 'topics'],
    ['log.retention.sm', 'log.retention.ms'],
    ['Brokers', 'brokers'],
  ])('of %s is %s', (given, meant) => {
    expect(nearestName(given, ['host', 'port', 'topics', 'brokers', 'log.retention.ms'])).toBe(meant);
  });

  it('is none if nothing is near, and then all names are told', () => {
    expect(nearestName('zookeeper', ['host', 'port'])).toBeUndefined();
    expect(unknownName('zookeeper', ['host', 'port'])).toBe('(known: host, port)');
    expect(unknownName('hots', ['host', 'port'])).toBe('(did you mean host?)');
  });
});
