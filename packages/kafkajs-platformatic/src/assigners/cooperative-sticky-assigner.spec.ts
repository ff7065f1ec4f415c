import { describe, expect, it } from 'vitest';
import { AssignerProtocol, type Assignment } from './assigner-protocol.js';
import { decodeSubscription, encodeSubscription } from './consumer-subscription.js';
import { PartitionAssigners } from './index.js';

const counts: Record<string, number> = { a: 6, b: 3 };
const assigner = PartitionAssigners.cooperativeSticky({
  cluster: {
    findTopicPartitionMetadata: topic =>
      Array.from({ length: counts[topic] ?? 0 }, (_, partitionId) => ({ partitionId })),
  },
});

interface Member {
  readonly owned?: Assignment;
  readonly generationId?: number;
  readonly topics?: string[];
}

async function assign(members: Record<string, Member>, topics = ['a']): Promise<Record<string, Assignment>> {
  const assignments = await assigner.assign({
    members: Object.entries(members).map(([memberId, { owned, generationId = 1, topics: own = topics }]) => ({
      memberId,
      memberMetadata: assigner.protocol({ topics: own, ...(owned === undefined ? {} : { owned, generationId }) })
        .metadata,
    })),
    topics,
  });
  return Object.fromEntries(
    assignments.map(({ memberId, memberAssignment }) => {
      const assignment = AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment ?? {};
      return [memberId, Object.fromEntries(Object.entries(assignment).filter(([, list]) => list.length > 0))];
    }),
  );
}

describe('PartitionAssigners.cooperativeSticky', () => {
  it('deals out evenly what nobody has', async () => {
    expect(await assign({ x: {}, y: {} })).toEqual({ x: { a: [0, 2, 4] }, y: { a: [1, 3, 5] } });
  });

  it('takes from the fullest in a first rebalance, and hands over in the second', async () => {
    const first = await assign({ x: { owned: { a: [0, 1, 2, 3, 4, 5] } }, y: {} });
    expect(first).toEqual({ x: { a: [0, 1, 2] }, y: {} });
    const second = await assign({ x: { owned: first['x'] ?? {}, generationId: 2 }, y: { owned: {}, generationId: 2 } });
    expect(second).toEqual({ x: { a: [0, 1, 2] }, y: { a: [3, 4, 5] } });
  });

  it('gives at once what a member that left has had, and moves nothing else', async () => {
    expect(await assign({ x: { owned: { a: [1, 4] } }, y: { owned: { a: [0, 2] } } })).toEqual({
      x: { a: [1, 3, 4] },
      y: { a: [0, 2, 5] },
    });
  });

  it('believes the newest generation, and waits for the older claimant to let go', async () => {
    const owned = { a: [0, 1, 2] };
    expect(await assign({ old: { owned, generationId: 3 }, young: { owned, generationId: 4 } })).toEqual({
      old: { a: [3, 4, 5] },
      young: {},
    });
    expect(await assign({ old: { owned: { a: [3, 4, 5] }, generationId: 5 }, young: { generationId: 5 } })).toEqual({
      old: { a: [3, 4, 5] },
      young: { a: [0, 1, 2] },
    });
  });

  it('gives to nobody what two members of one generation claim', async () => {
    const shares = await assign({ x: { owned: { a: [0] } }, y: { owned: { a: [0] } } });
    expect([...(shares['x']?.['a'] ?? []), ...(shares['y']?.['a'] ?? [])].sort()).toEqual([1, 2, 3, 4, 5]);
  });

  it('respects who subscribed to what, and is as even as that allows', async () => {
    const shares = await assign({ x: { topics: ['a', 'b'] }, y: { topics: ['b'] } }, ['a', 'b']);
    expect(shares).toEqual({ x: { a: [0, 1, 2, 3, 4, 5] }, y: { b: [0, 1, 2] } });
  });

  it('ignores claims to partitions that do not exist or are no longer subscribed to', async () => {
    expect(await assign({ x: { owned: { a: [0, 9], gone: [0] } } })).toEqual({ x: { a: [0, 1, 2, 3, 4, 5] } });
  });
});

describe('The subscription of a cooperative member', () => {
  it('has the bytes of version 2 of ConsumerProtocolSubscription', () => {
    const bytes = encodeSubscription({ topics: ['t'], userData: null, owned: { t: [7] }, generationId: 5 });
    expect(bytes.toString('hex')).toBe(
      ['0002', '00000001', '000174', 'ffffffff', '00000001', '000174', '00000001', '00000007', '00000005'].join(''),
    );
    expect(decodeSubscription(bytes)).toEqual({ topics: ['t'], userData: null, owned: { t: [7] }, generationId: 5 });
  });

  it('is read from members of any version, also those that announce more than they write', () => {
    const metadata = AssignerProtocol.MemberMetadata.encode({ version: 3, topics: ['t'] });
    expect(decodeSubscription(metadata)).toMatchObject({ topics: ['t'], owned: {}, generationId: -1 });
    const newer = Buffer.concat([
      encodeSubscription({ topics: ['t'], userData: null, owned: {}, generationId: 5 }),
      Buffer.from([0xff, 0xff]),
    ]);
    newer.writeInt16BE(3);
    expect(decodeSubscription(newer)).toMatchObject({ topics: ['t'], generationId: 5 });
  });
});
