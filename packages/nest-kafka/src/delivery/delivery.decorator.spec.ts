import 'reflect-metadata';
import type { MessageHandler } from '@nestjs/microservices';
import { PATTERN_EXTRAS_METADATA } from '@nestjs/microservices/constants.js';
import { describe, expect, it } from 'vitest';
import { EventPattern } from '../event-pattern.js';
import { Delivery, DELIVERY } from './delivery.decorator.js';
import { policiesOf as policiesOfGroup } from './policies-of-handlers.js';
import type { DeliveryPolicy } from './policy/delivery-policy.js';

const extrasOf = (handler: object): Record<PropertyKey, unknown> =>
  Reflect.getMetadata(PATTERN_EXTRAS_METADATA, handler) as Record<PropertyKey, unknown>;

const policiesOf = (
  handlers: Map<string, MessageHandler>,
  defaults: DeliveryPolicy | undefined,
): ReturnType<typeof policiesOfGroup> => policiesOfGroup(handlers, defaults, 'shop-server');

const handler = (policy: DeliveryPolicy | undefined, isEventHandler = true): MessageHandler =>
  Object.assign(async () => Promise.resolve(), { isEventHandler, extras: { [DELIVERY]: policy } });

describe('@Delivery()', () => {
  @Delivery({ rateLimit: { messages: 1, per: 1 }, ack: 'receipt' })
  class Heroes {
    @EventPattern('above', { extra: 1 })
    @Delivery({ ack: 'manual' })
    above(): void {}

    @Delivery({ order: 'key' })
    @EventPattern('below')
    below(): void {}

    @EventPattern('bare')
    bare(): void {}

    notAHandler(): void {}
  }
  const heroes = Heroes.prototype;

  it('stands above or below the pattern, and keeps the extras that are there', () => {
    expect(extrasOf(heroes.above)).toMatchObject({ extra: 1, [DELIVERY]: { ack: 'manual' } });
    expect(extrasOf(heroes.below)[DELIVERY]).toMatchObject({ order: 'key' });
  });

  it('is the default of all handlers on a class, where the words of a handler win', () => {
    expect(extrasOf(heroes.above)[DELIVERY]).toEqual({ ack: 'manual', rateLimit: { messages: 1, per: 1 } });
    expect(extrasOf(heroes.bare)[DELIVERY]).toEqual({ ack: 'receipt', rateLimit: { messages: 1, per: 1 } });
    expect(extrasOf(heroes.notAHandler)).toBeUndefined();
  });
});

describe('policiesOf', () => {
  it('joins the words of the server with those of the handler', () => {
    const { policies } = policiesOf(new Map([['a', handler({ order: 'key' })]]), { ack: 'manual', order: 'none' });
    expect(policies.get('a')).toEqual({ ack: 'manual', order: 'key' });
  });

  it('leaves requests alone, and refuses to be declared on them', () => {
    expect(policiesOf(new Map([['a', handler(undefined, false)]]), { ack: 'manual' }).policies.size).toBe(0);
    const { faults } = policiesOf(new Map([['a', handler({ order: 'key' }, false)]]), undefined);
    expect(faults).toEqual(['a: @Delivery() is for @EventPattern(); an error of a request goes to its caller']);
  });

  it('names the pattern of each fault, and takes in those of the server', () => {
    const { faults } = policiesOf(new Map([['a', handler({ concurrency: 2 })]]), {
      rateLimit: { messages: 0, per: 1 },
    });
    expect(faults[0]).toMatch(/^options\.delivery: "rateLimit\.messages"/);
    expect(faults[1]).toMatch(/^a: /);
  });

  it('refuses handlers of one event that disagree', () => {
    const first = Object.assign(handler({ retry: { attempts: 2 }, deadLetter: 'd' }), {
      next: handler({ retry: { attempts: 3 }, deadLetter: 'd' }),
    });
    expect(policiesOf(new Map([['a', first]]), undefined).faults[0]).toMatch(/its handlers share each message/);
    const agreed = Object.assign(handler({ retry: { attempts: 2 }, deadLetter: 'd' }), {
      next: handler({ retry: { attempts: 2 }, deadLetter: 'd' }),
    });
    expect(policiesOf(new Map([['a', agreed]]), undefined).faults.join()).not.toMatch(/share each message/);
  });

  it('refuses retry topics for a regular expression, whose topics nobody knows at the start', () => {
    const handlers = new Map([
      [/^orders\./ as never, handler({ retry: { attempts: 2, in: 'topics' }, deadLetter: 'd' })],
    ]);
    expect(policiesOf(handlers, undefined).faults).toEqual([
      expect.stringMatching(/^\/\^orders\\\.\/: "retry\.in" of 'topics' cannot hold for a regular expression/),
    ]);
  });

  it('refuses retry topics whose names Kafka does not take', () => {
    const policy = { retry: { attempts: 2, in: 'topics' }, deadLetter: 'd' } as const;
    const { faults } = policiesOfGroup(new Map([['orders', handler(policy)]]), undefined, 'g'.repeat(240));
    expect(faults).toEqual([expect.stringMatching(/^orders: .*more than the 249 characters.*a shorter name$/)]);
  });

  it('tells of all that cannot hold with retry topics in one error', () => {
    const retry = { attempts: 3, in: 'topics' } as const;
    const all = { ack: 'manual', order: 'partition', batch: true, transaction: true, retry, deadLetter: 'd' } as const;
    const { faults } = policiesOf(new Map([['orders', handler(all)]]), undefined);
    const text = faults.join('\n');
    for (const word of [
      '"order" of \'partition\'',
      '"ack" of \'manual\' cannot',
      '"transaction" cannot',
      '"batch" cannot',
    ]) {
      expect(text).toContain(word);
    }
    expect(faults.every(fault => fault.startsWith('orders: '))).toBe(true);
  });
});
