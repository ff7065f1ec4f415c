import type { Assignment } from './assigner-protocol.js';
import { ProtocolReader, ProtocolWriter } from './protocol-buffer.js';

/** ConsumerProtocolSubscription as of version 2: what a member of a cooperative group says about itself. */
export interface ConsumerSubscription {
  readonly topics: readonly string[];
  readonly userData: Buffer | null;
  /** What the member holds while it joins (KIP-429); empty for a member that gave up everything before. */
  readonly owned: Assignment;
  /** The generation of `owned`; -1: none, or not said (before version 2). */
  readonly generationId: number;
}

const VERSION = 2;
const WITH_OWNED_PARTITIONS = 1;
const WITH_GENERATION = 2;

export function encodeSubscription({ topics, userData, owned, generationId }: ConsumerSubscription): Buffer {
  return new ProtocolWriter()
    .int16(VERSION)
    .array(topics, (writer, topic) => writer.string(topic))
    .bytes(userData)
    .array(Object.entries(owned), (writer, [topic, partitions]) =>
      writer.string(topic).array(partitions, (w, partition) => w.int32(partition)),
    )
    .int32(generationId)
    .toBuffer();
}

/**
 * Reads any version. KafkaJS's members announce whatever version their assigner has, without its fields: what is not
 * there reads as its default.
 * @throws RangeError
 */
export function decodeSubscription(metadata: Buffer): ConsumerSubscription {
  const reader = new ProtocolReader(metadata, 'member metadata');
  const version = reader.int16();
  const topics = reader.array(r => r.string());
  const userData = reader.nullableBytes();
  const owned: Assignment = Object.create(null) as Assignment;
  if (version >= WITH_OWNED_PARTITIONS && !reader.isAtEnd) {
    for (const [topic, partitions] of reader.array(r => [r.string(), r.array(p => p.int32())] as const)) {
      owned[topic] = partitions;
    }
  }
  const generationId = version >= WITH_GENERATION && !reader.isAtEnd ? reader.int32() : -1;
  return { topics, userData, owned, generationId };
}
