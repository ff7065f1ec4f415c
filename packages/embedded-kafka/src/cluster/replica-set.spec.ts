import { describe, expect, it } from 'vitest';
import { NO_LEADER, ReplicaSet } from './replica-set.js';

class Nodes {
  private readonly down = new Set<number>();
  private readonly sets: ReplicaSet[] = [];

  set(replicas: readonly number[], minIsr = 1): ReplicaSet {
    const set = new ReplicaSet(
      replicas,
      id => !this.down.has(id),
      () => minIsr,
    );
    this.sets.push(set);
    return set;
  }

  stop(...ids: readonly number[]): void {
    for (const id of ids) {
      this.down.add(id);
      for (const set of this.sets) set.nodeWentDown(id);
    }
  }

  start(...ids: readonly number[]): void {
    for (const id of ids) {
      this.down.delete(id);
      for (const set of this.sets) set.nodeCameUp(id);
    }
  }
}

const view = ({ leaderId, leaderEpoch, isr }: ReplicaSet) => [leaderId, leaderEpoch, isr];

describe('a replica set', () => {
  it('is led by the next in-sync replica in its order, and does not go back by itself', () => {
    const nodes = new Nodes();
    const set = nodes.set([2, 3, 1]);
    expect(view(set)).toEqual([2, 0, [2, 3, 1]]);
    nodes.stop(2);
    expect(view(set)).toEqual([3, 1, [3, 1]]);
    nodes.start(2);
    expect(view(set)).toEqual([3, 1, [3, 1, 2]]);
    expect(set.preferredLeader).toBe(2);
  });

  it('keeps its epoch when a follower goes and comes', () => {
    const nodes = new Nodes();
    const set = nodes.set([1, 2]);
    nodes.stop(2);
    nodes.start(2);
    expect(view(set)).toEqual([1, 0, [1, 2]]);
  });

  it('waits for the last that was in sync, not for one that lacks records', () => {
    const nodes = new Nodes();
    const set = nodes.set([1, 2]);
    nodes.stop(1, 2);
    expect(view(set)).toEqual([NO_LEADER, 2, []]);
    expect([set.eligibleLeaders, set.lastKnownLeaders]).toEqual([[2], [2]]);
    nodes.start(1);
    expect(view(set)).toEqual([NO_LEADER, 2, []]);
    nodes.start(2);
    expect(view(set)).toEqual([2, 3, [2, 1]]);
    expect([set.eligibleLeaders, set.lastKnownLeaders]).toEqual([[], []]);
  });

  it('lets an eligible replica lead that left when acks=all was refused already (KIP-966)', () => {
    const nodes = new Nodes();
    const set = nodes.set([1, 2, 3], 2);
    nodes.stop(1, 2, 3);
    expect(set.eligibleLeaders).toEqual([2, 3]);
    nodes.start(2);
    expect(view(set)).toEqual([2, 4, [2]]);
    expect([set.isUnderMinIsr, set.eligibleLeaders]).toEqual([true, [3]]);
    nodes.start(1);
    expect([set.isUnderMinIsr, set.eligibleLeaders]).toEqual([false, []]);
  });

  it('elects whoever is up if it is told to', () => {
    const nodes = new Nodes();
    const set = nodes.set([1, 2]);
    expect(set.electUnclean()).toEqual({ hasNewLeader: false });
    nodes.stop(1, 2);
    expect(set.electUnclean()).toEqual({ hasNewLeader: false });
    nodes.start(1);
    expect(set.electUnclean()).toEqual({ hasNewLeader: true });
    expect(view(set)).toEqual([1, 3, [1]]);
  });

  it('is led only by an in-sync replica', () => {
    const nodes = new Nodes();
    const set = nodes.set([1, 2]);
    nodes.stop(2);
    expect(set.canLead(2)).toBe(false);
    expect(() => set.moveLeader(2)).toThrow('Node 2 is not an in-sync replica');
    expect(set.moveLeader(1)).toEqual({ hasNewLeader: false });
  });

  it('is reassigned at once to nodes that are up', () => {
    const nodes = new Nodes();
    const set = nodes.set([1, 2]);
    set.reassign([3, 2]);
    expect([set.replicas, set.isr, set.isReassigning]).toEqual([[3, 2], [2, 3], false]);
    expect([set.leaderId, set.leaderEpoch]).toEqual([3, 1]);
    set.reassign([2, 3]);
    expect([set.leaderId, set.leaderEpoch]).toEqual([3, 1]);
  });

  it('keeps what leaves until what comes is in sync, or the reassignment is called off', () => {
    const nodes = new Nodes();
    const set = nodes.set([1, 2]);
    nodes.stop(3);
    set.reassign([3]);
    expect([set.replicas, set.addingReplicas, set.removingReplicas]).toEqual([[3, 1, 2], [3], [1, 2]]);
    expect(set.leaderId).toBe(1);
    set.cancelReassignment();
    expect([set.replicas, set.isReassigning]).toEqual([[1, 2], false]);
    expect(() => set.cancelReassignment()).toThrow('no reassignment');
    set.reassign([3]);
    nodes.start(3);
    expect([set.replicas, set.isr, set.leaderId, set.isReassigning]).toEqual([[3], [3], 3, false]);
  });
});
