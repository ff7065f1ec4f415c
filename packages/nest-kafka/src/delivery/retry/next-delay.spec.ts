import { describe, expect, it } from 'vitest';
import { NegativeAcknowledgement } from '../ack/manual-ack.js';
import { resolvePolicy } from '../policy/resolved-policy.js';
import type { DeliveryRetry } from '../policy/delivery-policy.js';
import { nextDelay, type ResolvedRetry } from './next-delay.js';

class Fatal extends Error {}
class VeryFatal extends Fatal {}

const retry = (given: DeliveryRetry): ResolvedRetry =>
  resolvePolicy({ retry: given, deadLetter: 'dlt' }).retry as ResolvedRetry;
const failure = new Error('the database is away');
const half = (): number => 0.5;

describe('nextDelay', () => {
  it('grows by its factor up to the longest delay', () => {
    const policy = retry({ delay: 100, factor: 3, maxDelay: 1_000 });
    expect([1, 2, 3, 4, 1_000].map(attempt => nextDelay(policy, attempt, failure, half))).toEqual([
      100, 300, 900, 1_000, 1_000,
    ]);
  });

  it('leaves as much to chance as the jitter says', () => {
    const policy = retry({ delay: 1_000, jitter: 0.2 });
    expect([0, 0.5, 1].map(random => nextDelay(policy, 1, failure, () => random))).toEqual([800, 1_000, 1_200]);
    expect(nextDelay(retry({ delay: 1_000, jitter: 0 }), 1, failure)).toBe(1_000);
    expect(nextDelay(retry({ delay: 0, jitter: 1 }), 5_000, failure)).toBe(0);
  });

  it('ends with the last attempt, the first delivery counted', () => {
    const policy = retry({ attempts: 3, delay: 1, jitter: 0 });
    expect([1, 2, 3, 4].map(attempt => nextDelay(policy, attempt, failure))).toEqual([1, 2, undefined, undefined]);
    expect(nextDelay(retry({ attempts: 1 }), 1, failure)).toBeUndefined();
  });

  it('gives up at once what is fatal, subclasses included, and what is not retriable where those are named', () => {
    expect(nextDelay(retry({ fatal: [Fatal] }), 1, new VeryFatal())).toBeUndefined();
    expect(nextDelay(retry({ fatal: [Fatal] }), 1, failure, half)).toBe(1_000);
    expect(nextDelay(retry({ retriable: [Fatal] }), 1, failure)).toBeUndefined();
    expect(nextDelay(retry({ retriable: [Fatal] }), 1, new VeryFatal(), half)).toBe(1_000);
    expect(nextDelay(retry({ retriable: [Error], fatal: [Fatal] }), 1, new Fatal())).toBeUndefined();
  });

  it('takes what is no Error for retriable, unless classes are named', () => {
    expect(nextDelay(retry({ fatal: [Fatal] }), 1, 'text', half)).toBe(1_000);
    expect(nextDelay(retry({ retriable: [Error] }), 1, undefined)).toBeUndefined();
  });

  it('of a nack() is what that says, within the attempts, whatever classes are retriable', () => {
    const policy = retry({ attempts: 2, delay: 100, retriable: [Fatal] });
    expect([
      nextDelay(policy, 1, new NegativeAcknowledgement(7), half),
      nextDelay(policy, 1, new NegativeAcknowledgement(undefined), half),
      nextDelay(policy, 2, new NegativeAcknowledgement(7), half),
    ]).toEqual([7, 100, undefined]);
  });
});
