import { describe, expect, it } from 'vitest';
import { ReplayedOffsets } from './replayed-offsets.js';

const added = (start: bigint, ...offsets: bigint[]): ReplayedOffsets => {
  const replayed = new ReplayedOffsets(start);
  for (const offset of offsets) replayed.add(offset);
  return replayed;
};

describe('ReplayedOffsets', () => {
  it('commits the first that was not replayed, and tells what was beyond it', () => {
    const replayed = added(5n, 5n, 6n, 9n, 8n, 12n);
    expect([replayed.committed, replayed.metadata()]).toEqual([
      7n,
      { text: 'nest-kafka:replayed:8-9,12', isComplete: true },
    ]);
    replayed.add(7n);
    expect([replayed.committed, replayed.metadata().text]).toEqual([10n, 'nest-kafka:replayed:12']);
    replayed.add(11n);
    replayed.add(10n);
    expect([replayed.committed, replayed.metadata().text]).toEqual([13n, null]);
  });

  it('reads back what it wrote, whatever the order of adding', () => {
    // A fixed pseudo-random order of half of 400 offsets.
    const offsets = Array.from({ length: 400 }, (_, i) => BigInt((i * 173) % 400)).filter(offset => offset % 7n < 4n);
    const replayed = added(0n, ...offsets);
    const again = new ReplayedOffsets(replayed.committed, replayed.metadata().text);
    const all = Array.from({ length: 400 }, (_, offset) => BigInt(offset));
    expect(all.filter(offset => again.has(offset))).toEqual(offsets.toSorted((a, b) => Number(a - b)));
  });

  it('never says more than was replayed when a commit has no room, and says so', () => {
    const replayed = added(0n, ...Array.from({ length: 2_000 }, (_, i) => BigInt(2 * i + 1)));
    const { text, isComplete } = replayed.metadata();
    expect(isComplete).toBe(false);
    expect(text?.length).toBeLessThanOrEqual(4_096);
    const again = new ReplayedOffsets(replayed.committed, text);
    expect([again.has(1n), again.has(2n), again.has(3_999n)]).toEqual([true, false, false]);
  });

  it('takes no notice of the metadata of others, and forgets what retention has deleted', () => {
    expect(new ReplayedOffsets(3n, 'something else 4-5').has(4n)).toBe(false);
    const replayed = added(0n, 2n, 6n);
    replayed.skipTo(4n);
    expect([replayed.committed, replayed.metadata().text]).toEqual([4n, 'nest-kafka:replayed:6']);
    replayed.skipTo(6n);
    expect([replayed.committed, replayed.metadata().text]).toEqual([7n, null]);
  });
});
