import { createRequire } from 'node:module';
import { KafkaReplyPartitionAssigner as NestAssigner } from '@nestjs/microservices';
import { describe, expect, it } from 'vitest';
import { decodeSubscription } from './consumer-protocol.js';
import { KafkaReplyPartitionAssigner } from './kafka-reply-partition-assigner.js';

const { AssignerProtocol } = createRequire(import.meta.url)('kafkajs') as typeof import('kafkajs');

const cluster = (partitions: Record<string, number>) => ({
  findTopicPartitionMetadata: (topic: string) =>
    Array.from({ length: partitions[topic] ?? 0 }, (_, partitionId) => ({ partitionId })) as never,
});

async function assign(
  partitions: Record<string, number>,
  members: Record<string, { topics?: string[]; previous?: Record<string, number> }>,
): Promise<Record<string, Record<string, number[]>>> {
  const topics = Object.keys(partitions);
  const group = Object.entries(members).map(([memberId, member]) => {
    const joining = new KafkaReplyPartitionAssigner(
      { getConsumerAssignments: () => member.previous ?? {} },
      { cluster: cluster(partitions) },
    );
    return { memberId, memberMetadata: joining.protocol({ topics: member.topics ?? topics }).metadata };
  });
  const leader = new KafkaReplyPartitionAssigner(
    { getConsumerAssignments: () => ({}) },
    { cluster: cluster(partitions) },
  );
  const assigned = await leader.assign({ members: group, topics });
  return Object.fromEntries(
    assigned.map(({ memberId, memberAssignment }) => [
      memberId,
      AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment ?? {},
    ]),
  );
}

const member = (memberId: string, userData: string) => ({
  memberId,
  memberMetadata: AssignerProtocol.MemberMetadata.encode({
    version: 1,
    topics: ['a'],
    userData: Buffer.from(userData),
  }),
});

describe('KafkaReplyPartitionAssigner', () => {
  it('gives each member of a fresh group one partition of every topic, the rest in turn', async () => {
    await expect(assign({ a: 5, b: 2 }, { m2: {}, m1: {} })).resolves.toEqual({
      m1: { a: [0, 2, 4], b: [0] },
      m2: { a: [1, 3], b: [1] },
    });
  });

  it('lets each member keep the partition it awaits replies at', async () => {
    await expect(assign({ a: 3 }, { m1: { previous: { a: 2 } }, m0: {}, m2: { previous: { a: 0 } } })).resolves.toEqual(
      {
        m0: { a: [1] },
        m1: { a: [2] },
        m2: { a: [0] },
      },
    );
  });

  it('gives a partition that two members claim to one of them, and the other a free one', async () => {
    await expect(assign({ a: 2 }, { m1: { previous: { a: 0 } }, m2: { previous: { a: 0 } } })).resolves.toEqual({
      m1: { a: [0] },
      m2: { a: [1] },
    });
  });

  it('leaves members without a partition when there are more members than partitions', async () => {
    await expect(assign({ a: 1 }, { m1: {}, m2: {} })).resolves.toEqual({ m1: { a: [0] }, m2: {} });
  });

  it('gives a topic only to those who subscribed to it', async () => {
    await expect(assign({ a: 2, b: 1 }, { m1: { topics: ['a'] }, m2: {} })).resolves.toEqual({
      m1: { a: [0] },
      m2: { a: [1], b: [0] },
    });
  });

  it("speaks Nest's protocol: name, version, subscription and user data are the same bytes", () => {
    const client = { getConsumerAssignments: () => ({ 'a.reply': 3 }) };
    const nests = new NestAssigner(client as never, { cluster: cluster({}) as never });
    const ours = new KafkaReplyPartitionAssigner(client, { cluster: cluster({}) });
    expect(ours.protocol({ topics: ['a.reply', 'b.reply'] })).toEqual(
      nests.protocol({ topics: ['a.reply', 'b.reply'], userData: Buffer.alloc(0) }),
    );
    expect([ours.name, ours.version]).toEqual([nests.name, nests.version]);
  });

  it('takes user data that it does not understand for no claim', async () => {
    const leader = new KafkaReplyPartitionAssigner(
      { getConsumerAssignments: () => ({}) },
      { cluster: cluster({ a: 2 }) },
    );
    const members = ['', 'nonsense', 'null', '{"previousAssignment":{"a":"x"}}'].map((data, i) =>
      member(`m${i}`, data),
    );
    await expect(leader.assign({ members, topics: ['a'] })).resolves.toHaveLength(4);
  });
});

describe('a subscription from the network', () => {
  it('is refused when a length in it points outside of it', () => {
    const bytes = AssignerProtocol.MemberMetadata.encode({ version: 1, topics: ['topic'], userData: Buffer.from('x') });
    for (let cut = 0; cut < bytes.length; cut++) {
      if (cut !== bytes.length - 5) {
        // That cut ends behind the topics, which is a complete subscription of an older version.
        expect(() => decodeSubscription(bytes.subarray(0, cut))).toThrow(RangeError);
      }
    }
  });
});
