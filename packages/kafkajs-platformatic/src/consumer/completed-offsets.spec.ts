import { describe, expect, it } from 'vitest';
import { decodeCompleted, encodeCompleted, type OffsetRange } from './completed-offsets.js';

/** Pseudo-random, so that a failure can be seen again. */
function* randoms(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    yield state / 0x80000000;
  }
}

const alternating = (count: number): OffsetRange[] =>
  Array.from({ length: count }, (_, i) => ({ from: 2 * i + 1, to: 2 * i + 2 }));

describe('The metadata of a commit', () => {
  it('tells of what is done beyond the offset, and nothing is told of nothing', () => {
    const ranges = [
      { from: 1, to: 4 },
      { from: 1_000_000, to: 1_000_300 },
    ];
    expect(decodeCompleted(encodeCompleted(ranges))).toEqual(ranges);
    expect(encodeCompleted([])).toBeNull();
  });

  it('comes back as it was for any ranges that fit', () => {
    const random = randoms(7);
    for (let round = 0; round < 60; round++) {
      let at = 1 + Math.floor(random.next().value * 3);
      const ranges = Array.from({ length: 1 + Math.floor(random.next().value * 300) }, () => {
        const from = at;
        const to = from + 1 + Math.floor(random.next().value * (round % 2 === 0 ? 3 : 5_000));
        at = to + 1 + Math.floor(random.next().value * (round % 3 === 0 ? 2 : 900));
        return { from, to };
      });
      expect(decodeCompleted(encodeCompleted(ranges))).toEqual(ranges);
    }
  });

  it('takes a bit an offset where runs would be longer', () => {
    const metadata = encodeCompleted(alternating(8_000));
    expect(metadata).toMatch(/^kafkajs-platformatic:1b:/);
    expect(metadata?.length).toBeLessThan(2_700);
    expect(decodeCompleted(metadata)).toEqual(alternating(8_000));
  });

  it('is never longer than brokers take, and tells of the first ones then', () => {
    for (const ranges of [
      alternating(30_000),
      alternating(30_000).map(({ from }) => ({ from: from * 50_000, to: from * 50_000 + 1 })),
    ]) {
      const metadata = encodeCompleted(ranges);
      expect(metadata?.length).toBeLessThanOrEqual(4_096);
      const told = decodeCompleted(metadata);
      expect(told.length).toBeGreaterThan(500);
      expect(encodeCompleted(told)).toBe(metadata);
      expect(told.every(({ from, to }, i) => from === ranges[i]?.from && to === ranges[i].to)).toBe(true);
    }
  });

  it('of somebody else, of another version, or damaged, tells of nothing', () => {
    const whole = encodeCompleted([{ from: 3, to: 300 }]) ?? '';
    const nothing = [
      null,
      '',
      'written by hand',
      whole.replace(':1r:', ':2r:'),
      whole.replace(':1r:', ':1x:'),
      `${whole.slice(0, -4)}!!!!`,
      'kafkajs-platformatic:1r:',
      'kafkajs-platformatic:1r:gA==',
      'kafkajs-platformatic:1r:AwA=',
      `kafkajs-platformatic:1r:${Buffer.alloc(40, 0xff).toString('base64')}`,
      `kafkajs-platformatic:1b:${'/'.repeat(8_000)}`,
    ];
    expect(nothing.flatMap(metadata => decodeCompleted(metadata))).toEqual([]);
  });
});
