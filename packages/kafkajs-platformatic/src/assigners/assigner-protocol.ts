import { ProtocolReader, ProtocolWriter } from './protocol-buffer.js';

/** Topics to the partitions of each. */
export interface Assignment {
  [topic: string]: number[];
}

/** What a member says about itself when it joins (ConsumerProtocolSubscription). */
export interface MemberMetadata {
  version: number;
  topics: string[];
  userData: Buffer;
}

/** What the leader gives to a member (ConsumerProtocolAssignment). */
export interface MemberAssignment {
  version: number;
  assignment: Assignment;
  userData: Buffer;
}

type OptionalUserData<T extends { userData: Buffer }> = Omit<T, 'userData'> & { userData?: Buffer };

const NO_USER_DATA = Buffer.alloc(0);

/**
 * Encoders of the embedded consumer protocol, byte for byte what KafkaJS writes, so that its members and
 * ours understand each other in one group. Later versions append fields; a decoder here reads the common
 * prefix and ignores the rest, as the protocol demands.
 */
export const AssignerProtocol = {
  MemberMetadata: {
    encode({ version, topics, userData = NO_USER_DATA }: OptionalUserData<MemberMetadata>): Buffer {
      return new ProtocolWriter()
        .int16(version)
        .array(topics, (writer, topic) => writer.string(topic))
        .bytes(userData)
        .toBuffer();
    },

    decode(buffer: Buffer): MemberMetadata {
      const reader = new ProtocolReader(buffer, 'member metadata');
      const version = reader.int16();
      const topics = reader.array(r => r.string());
      return { version, topics, userData: reader.nullableBytes() ?? NO_USER_DATA };
    },
  },

  MemberAssignment: {
    encode({ version, assignment, userData = NO_USER_DATA }: OptionalUserData<MemberAssignment>): Buffer {
      return new ProtocolWriter()
        .int16(version)
        .array(Object.entries(assignment), (writer, [topic, partitions]) =>
          writer.string(topic).array(partitions, (w, partition) => w.int32(partition)),
        )
        .bytes(userData)
        .toBuffer();
    },

    /** @returns `null` for the empty buffer, which is what a member without partitions receives. */
    decode(buffer: Buffer): MemberAssignment | null {
      if (buffer.length < 2) {
        return null;
      }
      const reader = new ProtocolReader(buffer, 'member assignment');
      const version = reader.int16();
      // A topic may be called `__proto__`: a plain object literal would lose it.
      const assignment: Assignment = Object.create(null) as Assignment;
      for (const [topic, partitions] of reader.array(r => [r.string(), r.array(p => p.int32())] as const)) {
        assignment[topic] = partitions;
      }
      return { version, assignment: { ...assignment }, userData: reader.nullableBytes() ?? NO_USER_DATA };
    },
  },
};
