import { describe, expect, it } from 'vitest';
import { visibleBatches } from './aborted-transactions.js';

const batch = (
  lastOffset: number,
  producerId: number,
  kind: 'data' | 'control' | 'plain',
): { lastOffset: bigint; producerId: bigint; isTransactional: boolean; isControl: boolean; name: number } => ({
  lastOffset: BigInt(lastOffset),
  producerId: BigInt(producerId),
  isTransactional: kind !== 'plain',
  isControl: kind === 'control',
  name: lastOffset,
});
const aborted = (
  ...entries: [producerId: number, firstOffset: number][]
): { producerId: bigint; firstOffset: bigint }[] =>
  entries.map(([producerId, firstOffset]) => ({ producerId: BigInt(producerId), firstOffset: BigInt(firstOffset) }));
const offsets = (visible: { name: number }[]): number[] => visible.map(({ name }) => name);

describe('visibleBatches', () => {
  it('shows only the committed ones where one producer aborts and commits in turn', () => {
    const log = [
      batch(0, 7, 'data'),
      batch(1, 7, 'control'),
      batch(2, 7, 'data'),
      batch(3, 7, 'control'),
      batch(4, 7, 'data'),
      batch(5, 7, 'control'),
      batch(6, 7, 'data'),
      batch(7, 7, 'control'),
    ];
    expect(offsets(visibleBatches(log, aborted([7, 4], [7, 0])))).toEqual([2, 6]);
  });

  it('hides an aborted transaction whose end lies beyond the response', () => {
    const log = [batch(9, 7, 'data'), batch(19, 7, 'data'), batch(20, 8, 'plain')];
    expect(offsets(visibleBatches(log, aborted([7, 0])))).toEqual([20]);
  });

  it('hides the rest of an aborted transaction that began before the response', () => {
    expect(
      offsets(
        visibleBatches([batch(119, 7, 'data'), batch(120, 7, 'control'), batch(121, 7, 'data')], aborted([7, 3])),
      ),
    ).toEqual([121]);
  });

  it('does not touch other producers, nor plain batches of the same producer id', () => {
    const log = [
      batch(0, 7, 'data'),
      batch(1, 8, 'data'),
      batch(2, -1, 'plain'),
      batch(3, 7, 'control'),
      batch(4, 8, 'control'),
    ];
    expect(offsets(visibleBatches(log, aborted([7, 0])))).toEqual([1, 2]);
  });

  it('leaves out control batches only, when reading uncommitted', () => {
    expect(offsets(visibleBatches([batch(0, 7, 'data'), batch(1, 7, 'control')], []))).toEqual([0]);
  });
});
