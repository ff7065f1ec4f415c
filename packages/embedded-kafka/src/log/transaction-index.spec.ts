import { describe, expect, it } from 'vitest';
import { TransactionIndex } from './transaction-index.js';

describe("a partition's transactions", () => {
  it('are open from their first record to their marker, the earliest one first', () => {
    const index = new TransactionIndex();
    index.begin(1, 10);
    index.begin(2, 12);
    expect([index.firstOpenOffset, index.openedAt(2)]).toEqual([10, 12]);
    index.end(1, 15, true);
    expect([index.firstOpenOffset, index.openedAt(1)]).toEqual([12, undefined]);
    index.end(2, 16, false);
    expect(index.firstOpenOffset).toBeUndefined();
  });

  it('name the aborted ones that a range touches, and no other', () => {
    const index = new TransactionIndex();
    const end = (producerId: number, from: number, marker: number, committed = false): void => {
      index.begin(producerId, from);
      index.end(producerId, marker, committed);
    };
    end(1, 0, 2);
    end(1, 3, 5, true);
    end(1, 6, 8);
    const found = (from: number, to: number) => index.abortedWithin(from, to).map(({ firstOffset }) => firstOffset);
    expect([found(0, 9), found(0, 1), found(2, 3), found(3, 6), found(3, 7), found(8, 9), found(9, 20)]).toEqual([
      [0, 6],
      [0],
      [0],
      [],
      [6],
      [6],
      [],
    ]);
  });

  it('name an aborted one that began before another that ended first', () => {
    const index = new TransactionIndex();
    index.begin(1, 0);
    index.begin(2, 5);
    index.end(2, 9, false);
    index.end(1, 12, false);
    expect(index.abortedWithin(0, 3).map(({ producerId }) => producerId)).toEqual([1]);
    expect(index.abortedWithin(10, 13).map(({ producerId }) => producerId)).toEqual([1]);
    expect(index.abortedWithin(6, 13).map(({ producerId }) => producerId)).toEqual([2, 1]);
  });

  it('do not mind a marker without a transaction', () => {
    const index = new TransactionIndex();
    index.end(1, 0, false);
    expect([index.hasAbortedSince(0), index.abortedWithin(0, 1)]).toEqual([false, []]);
  });
});
