import { connect, type Socket } from 'node:net';
import type { ApiCodec } from '../protocol/codec.js';
import { Reader } from '../protocol/reader.js';
import { Writer } from '../protocol/writer.js';

interface Waiting {
  readonly resolve: (frame: Buffer) => void;
  readonly reject: (error: Error) => void;
}

const API_VERSIONS = 18;

/** A connection that sends any request in any version, and shows the answer as it is. */
export class RawClient {
  readonly #socket: Socket;
  readonly #clientId: string;
  readonly #waiting: Waiting[] = [];
  #received = Buffer.alloc(0);
  #correlationId = 0;

  private constructor(socket: Socket, clientId: string) {
    this.#socket = socket;
    this.#clientId = clientId;
    socket.on('data', chunk => this.#receive(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error('The connection was closed'));
    });
  }

  static connect(address: string, clientId: string): Promise<RawClient> {
    const [host = '', port = ''] = address.split(':');
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), host, () => resolve(new RawClient(socket, clientId)));
      socket.once('error', reject);
    });
  }

  async send<Request, RequestInit, Response, ResponseInit>(
    codec: ApiCodec<Request, RequestInit, Response, ResponseInit>,
    version: number,
    body: RequestInit,
  ): Promise<Response> {
    const isFlexible = version >= codec.flexibleVersion;
    const writer = new Writer();
    writer.int16(codec.key);
    writer.int16(version);
    writer.int32(++this.#correlationId);
    writer.nullableString(this.#clientId, false);
    if (isFlexible) writer.uvarint(0);
    codec.request.write(writer, body, version);
    const frame = Buffer.concat(writer.finish());
    const size = Buffer.alloc(4);
    size.writeInt32BE(frame.length);
    const answer = new Promise<Buffer>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#socket.write(Buffer.concat([size, frame]));
    const reader = new Reader(await answer);
    reader.int32();
    // That of ApiVersions is the oldest, whatever the version: who asks does not know it yet.
    if (isFlexible && codec.key !== API_VERSIONS) reader.skipTaggedFields();
    const response = codec.response.read(reader, version);
    if (reader.remaining > 0) throw new Error(`${codec.name} v${version}: ${reader.remaining} bytes too many`);
    return response;
  }

  /** Goes away without a word. */
  destroy(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 4 && this.#received.length >= 4 + this.#received.readInt32BE(0)) {
      const end = 4 + this.#received.readInt32BE(0);
      this.#waiting.shift()?.resolve(Buffer.from(this.#received.subarray(4, end)));
      this.#received = this.#received.subarray(end);
    }
  }
}
