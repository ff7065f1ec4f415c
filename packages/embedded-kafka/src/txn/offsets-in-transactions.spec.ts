import { beforeEach, describe, expect, it } from 'vitest';
import { errorName } from '../protocol/errors.js';
import { offsetsPartitionOf } from './offsets-partition.js';
import { TransactionGround } from './transaction.fixture.js';

let ground: TransactionGround;
beforeEach(() => {
  ground = new TransactionGround();
});

const nobody = { groupId: 'league', generationId: -1, memberId: '', groupInstanceId: null };
const at = (offset: bigint) => ({ offset, leaderEpoch: -1, metadata: '' });

function commit(producerId: bigint, partition: number, offset: bigint): number {
  return (
    ground.groups.offsets.beginTransactionalCommit(nobody) ||
    ground.groups.offsets.commitInTransaction('league', producerId, 'heroes', partition, at(offset))
  );
}
const committed = (partition = 0) => ground.groups.offsets.of('league')?.get('heroes', partition)?.offset;
const isPending = (partition = 0) => ground.groups.offsets.of('league')?.pending.has('heroes', partition);

describe('offsets that are committed in a transaction', () => {
  it('come into force with it', () => {
    expect(commit(1n, 0, 5n)).toBe(0);
    expect([committed(), isPending()]).toEqual([undefined, true]);
    ground.groups.offsets.endTransaction(1n, true);
    expect([committed(), isPending()]).toEqual([5n, false]);
  });

  it('are forgotten with it', () => {
    commit(1n, 0, 5n);
    ground.groups.offsets.endTransaction(1n, false);
    expect([committed(), isPending()]).toEqual([undefined, false]);
  });

  it('are those of the latest commit, whichever transaction ends last', () => {
    commit(1n, 0, 1n);
    commit(2n, 0, 2n);
    ground.groups.offsets.endTransaction(2n, true);
    expect([committed(), isPending()]).toEqual([2n, true]);
    ground.groups.offsets.endTransaction(1n, true);
    expect([committed(), isPending()]).toEqual([2n, false]);
  });

  it('replace what was committed in the same transaction before', () => {
    commit(1n, 0, 1n);
    commit(1n, 0, 3n);
    ground.groups.offsets.endTransaction(1n, true);
    expect([committed(), isPending()]).toEqual([3n, false]);
  });

  it('are forgotten when their topic is deleted', () => {
    commit(1n, 0, 1n);
    ground.groups.offsets.forgetTopic('heroes');
    ground.groups.offsets.endTransaction(1n, true);
    expect([committed(), isPending()]).toEqual([undefined, false]);
  });

  it('are not lost on a group that is deleted and made anew meanwhile', () => {
    commit(1n, 0, 1n);
    ground.groups.deleteGroup('league');
    commit(2n, 0, 7n);
    ground.groups.offsets.endTransaction(1n, true);
    ground.groups.offsets.endTransaction(2n, true);
    expect(committed()).toBe(7n);
  });

  it('need a generation only where there are members', () => {
    const stranger = { ...nobody, generationId: 3, memberId: 'm' };
    expect(errorName(ground.groups.offsets.beginTransactionalCommit(stranger))).toBe('ILLEGAL_GENERATION');
    expect(ground.groups.offsets.beginTransactionalCommit(nobody)).toBe(0);
    expect(errorName(ground.groups.offsets.beginTransactionalCommit(stranger))).toBe('UNKNOWN_MEMBER_ID');
  });
});

describe('the partition of a group in the offsets topic', () => {
  // As Java's "my-group".hashCode(), and one whose hash is negative.
  it.each([
    ['', 0],
    ['a', 47],
    ['my-group', 36],
    ['console-consumer-1', 24],
  ])('of %j is %i', (groupId, partition) => {
    expect(offsetsPartitionOf(groupId)).toBe(partition);
  });
});
