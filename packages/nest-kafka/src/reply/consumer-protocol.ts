/**
 * What members of a Kafka consumer group tell each other: the subscription a member sends with JoinGroup, and the
 * assignment the leader sends with SyncGroup (`ConsumerProtocolSubscription` and `ConsumerProtocolAssignment`, version 1
 * as far as Nest's assigner uses it).
 */

/** A member's subscription. */
export interface Subscription {
  topics: string[];
  userData: Buffer;
}

/** int16 version, [string] topics, bytes userData. */
export function encodeSubscription(version: number, { topics, userData }: Subscription): Buffer {
  return Buffer.concat([
    int16(version),
    int32(topics.length),
    ...topics.flatMap(topic => string(topic)),
    int32(userData.length),
    userData,
  ]);
}

/** @throws RangeError when a length in it points outside of it. */
export function decodeSubscription(metadata: Buffer): Subscription {
  let offset = 2;
  const count = metadata.readInt32BE(offset);
  offset += 4;
  const topics: string[] = [];
  for (let i = 0; i < count; i++) {
    const length = metadata.readInt16BE(offset);
    offset += 2;
    topics.push(slice(metadata, offset, length).toString());
    offset += length;
  }
  if (offset === metadata.length) {
    return { topics, userData: Buffer.alloc(0) };
  }
  const length = metadata.readInt32BE(offset);
  return { topics, userData: length < 0 ? Buffer.alloc(0) : slice(metadata, offset + 4, length) };
}

/** int16 version, [string topic, [int32] partitions], bytes userData (none). */
export function encodeAssignment(version: number, assignment: ReadonlyMap<string, readonly number[]>): Buffer {
  const parts = [int16(version), int32(assignment.size)];
  for (const [topic, partitions] of assignment) {
    parts.push(...string(topic), int32(partitions.length), ...partitions.map(partition => int32(partition)));
  }
  return Buffer.concat([...parts, int32(0)]);
}

function slice(buffer: Buffer, offset: number, length: number): Buffer {
  if (length < 0 || offset + length > buffer.length) {
    throw new RangeError(`A length of ${length} at byte ${offset} points outside of ${buffer.length} bytes.`);
  }
  return buffer.subarray(offset, offset + length);
}

function string(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  return [int16(bytes.length), bytes];
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}
