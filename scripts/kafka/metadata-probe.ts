import { once } from 'node:events';
import { connect } from 'node:net';

/** What one broker says about its cluster (Metadata request, API key 3, version 4: the oldest that can be asked not to create topics). */
export interface ClusterView {
  readonly brokers: readonly { readonly id: number; readonly host: string; readonly port: number }[];
  /** Leader by partition of each topic that was asked for; a topic or partition in error has no entry. */
  readonly leaders: ReadonlyMap<string, readonly number[]>;
}

const API_KEY = 3;
const API_VERSION = 4;
const LARGEST_RESPONSE = 16 * 1024 * 1024;

const encodeRequest = (topics: readonly string[]): Buffer => {
  const clientId = 'metadata-probe';
  const names = topics.map(topic => {
    const name = Buffer.alloc(2 + Buffer.byteLength(topic));
    name.writeInt16BE(name.length - 2);
    name.write(topic, 2);
    return name;
  });
  const head = Buffer.alloc(4 + 2 + 2 + 4 + 2 + clientId.length + 4);
  head.writeInt16BE(API_KEY, 4);
  head.writeInt16BE(API_VERSION, 6);
  head.writeInt32BE(1, 8);
  head.writeInt16BE(clientId.length, 12);
  head.write(clientId, 14);
  head.writeInt32BE(names.length, head.length - 4);
  const allowAutoTopicCreation = Buffer.of(0);
  const request = Buffer.concat([head, ...names, allowAutoTopicCreation]);
  request.writeInt32BE(request.length - 4);
  return request;
};

class ResponseReader {
  // After the size (4 bytes) and the correlation id (4 bytes).
  #position = 8;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int8 = (): number => this.#bytes.readInt8(this.#advance(1));
  int16 = (): number => this.#bytes.readInt16BE(this.#advance(2));
  int32 = (): number => this.#bytes.readInt32BE(this.#advance(4));

  string = (): string => {
    const length = Math.max(this.int16(), 0);
    const start = this.#advance(length);
    return this.#bytes.toString('utf8', start, start + length);
  };

  array = <T>(element: () => T): T[] => Array.from({ length: Math.max(this.int32(), 0) }, element);

  #advance(length: number): number {
    const start = this.#position;
    this.#position += length;
    return start;
  }
}

const decodeResponse = (bytes: Buffer): ClusterView => {
  const reader = new ResponseReader(bytes);
  reader.int32(); // throttle time
  const brokers = reader.array(() => {
    const broker = { id: reader.int32(), host: reader.string(), port: reader.int32() };
    reader.string(); // rack
    return broker;
  });
  reader.string(); // cluster id
  reader.int32(); // controller
  const leaders = new Map<string, number[]>();
  reader.array(() => {
    const topicError = reader.int16();
    const name = reader.string();
    reader.int8(); // is internal
    const led: number[] = [];
    reader.array(() => {
      const partitionError = reader.int16();
      const index = reader.int32();
      const leader = reader.int32();
      reader.array(reader.int32); // replicas
      reader.array(reader.int32); // in-sync replicas
      if (partitionError === 0) led[index] = leader;
    });
    if (topicError === 0) leaders.set(name, led);
  });
  return { brokers, leaders };
};

/**
 * Asks exactly this broker, over a connection of its own, so that the answer is what this broker knows and not what a
 * client's pool knows. Rejects when it can't be reached or doesn't answer within the timeout (default 2 s).
 */
export async function fetchMetadata(
  broker: string,
  topics: readonly string[] = [],
  timeout = 2_000,
): Promise<ClusterView> {
  const separator = broker.lastIndexOf(':');
  const socket = connect({ host: broker.slice(0, separator), port: Number(broker.slice(separator + 1)) });
  socket.setTimeout(timeout, () => socket.destroy(new Error(`${broker} did not answer within ${timeout} ms`)));
  try {
    await once(socket, 'connect');
    socket.write(encodeRequest(topics));
    let received = Buffer.alloc(0);
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk as Buffer]);
      if (received.length < 4) continue;
      const size = received.readInt32BE();
      if (size < 4 || size > LARGEST_RESPONSE) throw new Error(`${broker} does not speak Kafka's protocol`);
      if (received.length >= 4 + size) return decodeResponse(received);
    }
    throw new Error(`${broker} closed the connection before it answered`);
  } finally {
    socket.destroy();
  }
}
