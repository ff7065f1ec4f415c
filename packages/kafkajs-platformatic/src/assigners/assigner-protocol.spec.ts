import { AssignerProtocol as KafkaJS } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { AssignerProtocol } from './assigner-protocol.js';

const { MemberAssignment, MemberMetadata } = AssignerProtocol;

describe('AssignerProtocol', () => {
  it('writes the metadata bytes that KafkaJS writes, with and without user data', () => {
    for (const metadata of [
      { version: 0, topics: ['a', 'grün'], userData: Buffer.alloc(0) },
      { version: 3, topics: [], userData: Buffer.from('{"previousAssignment":{"a":1}}') },
    ]) {
      expect(MemberMetadata.encode(metadata)).toEqual(KafkaJS.MemberMetadata.encode(metadata));
      expect(MemberMetadata.decode(KafkaJS.MemberMetadata.encode(metadata))).toEqual(metadata);
    }
    expect(MemberMetadata.encode({ version: 0, topics: ['a'] })).toEqual(
      MemberMetadata.encode({ version: 0, topics: ['a'], userData: Buffer.alloc(0) }),
    );
  });

  it('writes the assignment bytes that KafkaJS writes', () => {
    const assignment = {
      version: 1,
      assignment: { heroes: [0, 2, 4], villains: [] as number[] },
      userData: Buffer.from('x'),
    };
    expect(MemberAssignment.encode(assignment)).toEqual(KafkaJS.MemberAssignment.encode(assignment));
    expect(MemberAssignment.decode(KafkaJS.MemberAssignment.encode(assignment))).toEqual(assignment);
  });

  it('reads the empty assignment of a member without partitions as null', () => {
    expect(MemberAssignment.decode(Buffer.alloc(0))).toBeNull();
  });

  it('reads the prefix of a newer version and ignores the fields it does not know', () => {
    const newer = Buffer.concat([MemberMetadata.encode({ version: 1, topics: ['a'] }), Buffer.from([0, 0, 0, 0])]);
    expect(MemberMetadata.decode(newer).topics).toEqual(['a']);
  });

  it('refuses lengths that the buffer cannot hold instead of allocating for them', () => {
    const lie = Buffer.from([0, 0, 0x7f, 0xff, 0xff, 0xff]);
    expect(() => MemberMetadata.decode(lie)).toThrow(/Malformed member metadata: an array of 2147483647/);
    expect(() => MemberAssignment.decode(Buffer.from([0, 0, 0, 0, 0, 1, 0, 9, 65]))).toThrow(
      /Malformed member assignment/,
    );
  });
});
