import { describe, expect, it } from 'vitest';
import type { EachMessagePayload } from '../driver/kafka-types.js';
import { Unacknowledged } from './unacknowledged.js';

const delivery = (offset: string, partition = 0): EachMessagePayload =>
  ({ topic: 'orders', partition, message: { offset } }) as unknown as EachMessagePayload;

const inTenure = (offset: string, tenure: object): EachMessagePayload => ({ ...delivery(offset), tenure });

describe('messages that are not done', () => {
  it('are told by the one that has waited the longest', () => {
    const messages = new Unacknowledged();
    const [first, second] = [delivery('1'), delivery('7', 1)];
    messages.begin(first);
    messages.begin(second);
    expect([messages.size, messages.oldest()?.offset]).toEqual([2, '1']);
    messages.end(first);
    expect([messages.size, messages.oldest()?.offset]).toEqual([1, '7']);
    messages.end(second);
    expect(messages.oldest()).toBeUndefined();
  });

  it('keep their first delivery as their age while they fail, and are forgotten when they succeed', async () => {
    const messages = new Unacknowledged();
    const first = delivery('1');
    messages.begin(first);
    messages.fail(first);
    const since = messages.oldest()?.since;
    for (let attempt = 0; attempt < 3; attempt++) {
      const again = delivery('1');
      await new Promise(resolve => setTimeout(resolve, 5));
      messages.begin(again);
      messages.fail(again);
    }
    expect(messages.oldest()?.since).toBe(since);
    const last = delivery('1');
    messages.begin(last);
    messages.end(last);
    expect([messages.size, messages.oldest()]).toEqual([0, undefined]);
  });

  it('that failed on a partition which was given up are forgotten', () => {
    const messages = new Unacknowledged();
    for (const partition of [0, 1]) {
      const failing = delivery('3', partition);
      messages.begin(failing);
      messages.fail(failing);
    }
    messages.prune({ orders: [1] });
    expect(messages.oldest()).toMatchObject({ topic: 'orders', partition: 1, offset: '3' });
    messages.prune({});
    expect(messages.oldest()).toBeUndefined();
  });

  it('are all told of where several of a partition fail, until its tenure ends', () => {
    const messages = new Unacknowledged();
    const [first, second] = [{}, {}];
    for (const offset of ['4', '3']) {
      const failing = inTenure(offset, first);
      messages.begin(failing);
      messages.fail(failing);
    }
    const other = inTenure('5', first);
    messages.begin(other);
    messages.end(other);
    expect([messages.failures, messages.oldest()?.offset]).toEqual([2, '4']);
    const again = inTenure('4', first);
    messages.begin(again);
    messages.end(again);
    expect([messages.failures, messages.oldest()?.offset]).toEqual([1, '3']);
    messages.begin(inTenure('9', second));
    expect([messages.failures, messages.oldest()?.offset]).toEqual([0, '9']);
  });
});
