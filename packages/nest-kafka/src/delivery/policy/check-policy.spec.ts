import { describe, expect, it } from 'vitest';
import { policyFaults } from './check-policy.js';
import type { DeliveryPolicy } from './delivery-policy.js';

class Refused extends Error {}

const allowed: Readonly<Record<string, DeliveryPolicy>> = {
  'nothing at all': {},
  'five tries, then a dead letter': { retry: 5, deadLetter: 'dlt' },
  'fatal exceptions, logged and skipped': { retry: { fatal: [Refused] }, deadLetter: false },
  'retry topics without an order': { order: 'none', retry: { attempts: 3, in: 'topics' }, deadLetter: () => 'dlt' },
  'retry topics where no order is asked for': { retry: { attempts: 3, in: 'topics' }, deadLetter: 'dlt' },
  'many tries in few topics': { retry: { attempts: 500, in: 'topics' }, deadLetter: 'dlt' },
  'keys in order, hundreds at once': { order: 'key', concurrency: 200, retry: 5, deadLetter: 'dlt' },
  'manual acknowledgement of batches': { ack: 'manual', batch: { size: 10, flushAfter: 5 } },
  'exactly once in batches': { transaction: { idPrefix: 'x', timeout: 1000 }, batch: true },
  'a rate and a filter': { rateLimit: { messages: 10, per: 1000 }, filter: () => true, ack: 'receipt' },
};

const refused: readonly (readonly [unknown, string])[] = [
  ['often', 'a delivery policy must be an object; it is "often"'],
  [{ retrys: 1 }, '"retrys" is not a word of a delivery policy; did you mean "retry"?'],
  [{ retry: { tries: 3 } }, '"retry.tries" is not a word of a delivery policy'],
  [{ ack: 'auto' }, `"ack" must be 'handler' or 'manual' or 'receipt'; it is "auto"`],
  [{ order: 'topic' }, `"order" must be 'partition' or 'key' or 'none'; it is "topic"`],
  [{ concurrency: 0 }, '"concurrency" must be a whole number from 1 to 10000; it is 0'],
  [{ retry: 0 }, '"retry" must be a whole number from 1, or Infinity; it is 0'],
  [{ retry: { factor: 0.5 } }, '"retry.factor" must be a number from 1 to 100; it is 0.5'],
  [{ retry: { fatal: ['x'] } }, '"retry.fatal" must be a list of exception classes; it is ["x"]'],
  [{ deadLetter: '' }, '"deadLetter" must be a topic, a function that names one, or false; it is ""'],
  [{ batch: 5 }, '"batch" must be true, false or an object; it is 5'],
  [{ batch: { size: 0 } }, '"batch.size" must be a whole number from 1 to 100000; it is 0'],
  [{ transaction: { idPrefix: '' } }, '"transaction.idPrefix" must be a string; it is ""'],
  [{ rateLimit: { messages: 5 } }, '"rateLimit.per" is missing'],
  [{ filter: true }, '"filter" must be a function; it is true'],
  [{ concurrency: 2 }, `"concurrency" of 2 needs "order" of 'key' or 'none'`],
  [{ retry: 5 }, '"retry" gives messages up, so "deadLetter" must say where they go'],
  [
    { order: 'partition', retry: { attempts: 2, in: 'topics' }, deadLetter: 'd' },
    `"retry.in" of 'topics' gives up the order`,
  ],
  [
    { order: 'key', retry: { attempts: 2, in: 'topics' }, deadLetter: 'd' },
    `"retry.in" of 'topics' gives up the order`,
  ],
  [{ retry: { in: 'topics' } }, `"retry.in" of 'topics' needs a finite "retry.attempts"`],
  [
    { ack: 'manual', retry: { attempts: 2, in: 'topics' }, deadLetter: 'd' },
    `"ack" of 'manual' cannot hold with "retry.in" of 'topics'`,
  ],
  [
    { retry: { attempts: 50, factor: 1.01, in: 'topics' }, deadLetter: 'd' },
    `"retry.in" of 'topics' would need 49 topics`,
  ],
  [{ ack: 'receipt', retry: 2, deadLetter: 'd' }, `"retry" cannot hold with "ack" of 'receipt'`],
  [{ ack: 'manual', transaction: true }, `"transaction" cannot hold with "ack" of 'manual'`],
  [{ transaction: true, order: 'key' }, `"transaction" needs "order" of 'partition'`],
  [{ batch: true, order: 'none' }, `"batch" needs "order" of 'partition'`],
  [
    { batch: true, retry: { attempts: 2, in: 'topics' }, deadLetter: 'd' },
    `"batch" cannot hold with "retry.in" of 'topics'`,
  ],
];

describe('policyFaults', () => {
  it.each(Object.entries(allowed))('allows %s', (_, policy) => {
    expect(policyFaults(policy)).toEqual([]);
  });

  it.each(refused)('refuses %j', (policy, fault) => {
    expect(policyFaults(policy).map(each => each.slice(0, fault.length))).toContain(fault);
  });

  it('tells all faults at once', () => {
    expect(policyFaults({ ack: 'no', order: 'no', retry: { delay: -1, jitter: 2 } })).toHaveLength(4);
  });
});
