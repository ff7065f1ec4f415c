import { describe, expect, it } from 'vitest';
import type { AssignableMember } from './assignor.js';
import { NO_PARTITIONS, partitionsOf, type PartitionMap } from './partition-map.js';
import { rangeAssignor } from './range-assignor.js';
import { uniformAssignor } from './uniform-assignor.js';

const sizes: Readonly<Record<string, number>> = { a: 3, b: 3, c: 7 };
const partitionCount = (topicId: string): number => sizes[topicId] ?? 0;

const member = (memberId: string, topics: string, target: PartitionMap = NO_PARTITIONS): AssignableMember => ({
  memberId,
  instanceId: null,
  topicIds: new Set(topics),
  target,
});

const names = (target: PartitionMap | undefined): string[] =>
  [...partitionsOf(target ?? NO_PARTITIONS)].map(([topicId, partition]) => `${topicId}${partition}`).sort();

describe('range', () => {
  it('gives runs of neighbours, the first members one more, the same of each topic', () => {
    const targets = rangeAssignor.assign([member('y', 'ab'), member('x', 'ab')], partitionCount);
    expect(names(targets.get('x'))).toEqual(['a0', 'a1', 'b0', 'b1']);
    expect(names(targets.get('y'))).toEqual(['a2', 'b2']);
  });

  it('puts static members first, by their instance ids', () => {
    const stays = { ...member('z', 'a'), instanceId: '1' };
    const targets = rangeAssignor.assign([member('x', 'a'), stays], partitionCount);
    expect(names(targets.get('z'))).toEqual(['a0', 'a1']);
  });

  it('leaves out who does not read the topic', () => {
    const targets = rangeAssignor.assign([member('x', 'a'), member('y', 'b')], partitionCount);
    expect(names(targets.get('x'))).toEqual(['a0', 'a1', 'a2']);
    expect(names(targets.get('y'))).toEqual(['b0', 'b1', 'b2']);
  });
});

describe('uniform', () => {
  it('differs by one at most, and moves no more than it must', () => {
    const alone = uniformAssignor.assign([member('x', 'c')], partitionCount).get('x') ?? NO_PARTITIONS;
    const both = uniformAssignor.assign([member('y', 'c'), member('x', 'c', alone)], partitionCount);
    expect(both.get('x')?.get('c')?.size).toBe(4);
    expect(both.get('y')?.get('c')?.size).toBe(3);
    const three = uniformAssignor.assign(
      [member('x', 'c', both.get('x')), member('y', 'c', both.get('y')), member('z', 'c')],
      partitionCount,
    );
    for (const id of ['x', 'y']) expect(names(both.get(id))).toEqual(expect.arrayContaining(names(three.get(id))));
    expect(['x', 'y', 'z'].map(id => three.get(id)?.get('c')?.size).toSorted()).toEqual([2, 2, 3]);
  });

  it('evens out loads where subscriptions differ', () => {
    const targets = uniformAssignor.assign([member('x', 'ac'), member('y', 'c'), member('z', 'a')], partitionCount);
    const all = ['x', 'y', 'z'].flatMap(id => names(targets.get(id)));
    expect(all.toSorted()).toEqual(['a0', 'a1', 'a2', 'c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6']);
    const loads = ['x', 'y', 'z'].map(id => names(targets.get(id)).length);
    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
  });

  it('takes away what is no longer read, or no longer there', () => {
    const stale = new Map([
      ['a', new Set([0, 1, 2, 3])],
      ['b', new Set([0])],
    ]);
    expect(names(uniformAssignor.assign([member('x', 'a', stale)], partitionCount).get('x'))).toEqual([
      'a0',
      'a1',
      'a2',
    ]);
  });

  it('has nothing to give in a group whose members read nothing', () => {
    expect(names(uniformAssignor.assign([member('x', '')], partitionCount).get('x'))).toEqual([]);
  });
});
