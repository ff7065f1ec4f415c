import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ApiCodec } from '../../src/protocol/codec.js';
import { Reader } from '../../src/protocol/reader.js';
import { Writer } from '../../src/protocol/writer.js';

const API_VERSIONS = 18;

type AnyCodec = ApiCodec<unknown, unknown, unknown, unknown>;

/** Speaks the protocol in any version, and bytes that are no protocol at all. */
export class WireClient {
  private received = Buffer.alloc(0);
  private nextCorrelationId = 1;
  private readonly waiting: (() => void)[] = [];
  isClosed = false;

  private constructor(
    readonly socket: Socket,
    private readonly clientId: string,
  ) {
    socket.on('data', chunk => {
      this.received = Buffer.concat([this.received, chunk]);
      this.wake();
    });
    socket.on('error', () => this.close());
    socket.on('close', () => this.close());
  }

  static async connect(broker: string, clientId = 'wire-client'): Promise<WireClient> {
    const [host = '', port] = broker.split(':');
    const socket = connect({ host, port: Number(port) });
    await once(socket, 'connect');
    return new WireClient(socket, clientId);
  }

  async call<Request, RequestInit, Response, ResponseInit>(
    codec: ApiCodec<Request, RequestInit, Response, ResponseInit>,
    version: number,
    request: RequestInit,
  ): Promise<Response> {
    this.send(codec, version, request);
    return this.receive(codec, version);
  }

  send<Request, RequestInit, Response, ResponseInit>(
    codec: ApiCodec<Request, RequestInit, Response, ResponseInit>,
    version: number,
    request: RequestInit,
  ): void {
    const { clientId } = this;
    this.socket.write(requestFrame(codec as unknown as AnyCodec, version, this.nextCorrelationId++, request, clientId));
  }

  /** The next response, whose correlation id must be the next in order. */
  async receive<Request, RequestInit, Response, ResponseInit>(
    codec: ApiCodec<Request, RequestInit, Response, ResponseInit>,
    version: number,
  ): Promise<Response> {
    const reader = new Reader(await this.receiveFrame());
    this.lastCorrelationId = reader.int32();
    if (version >= codec.flexibleVersion && codec.key !== API_VERSIONS) reader.skipTaggedFields();
    const response = codec.response.read(reader, version);
    if (reader.remaining > 0) throw new Error(`${reader.remaining} bytes follow the response of ${codec.name}`);
    return response;
  }

  lastCorrelationId = 0;

  async receiveFrame(): Promise<Buffer> {
    for (;;) {
      if (this.received.length >= 4) {
        const end = 4 + this.received.readInt32BE(0);
        if (this.received.length >= end) {
          const frame = this.received.subarray(4, end);
          this.received = this.received.subarray(end);
          return frame;
        }
      }
      if (this.isClosed) throw new Error('The broker has closed the connection');
      await new Promise<void>(resolve => this.waiting.push(resolve));
    }
  }

  /** Resolves when the broker has closed the connection. */
  async closed(): Promise<void> {
    while (!this.isClosed) await new Promise<void>(resolve => this.waiting.push(resolve));
  }

  destroy(): void {
    this.socket.destroy();
  }

  private close(): void {
    this.isClosed = true;
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

export function requestFrame(
  codec: AnyCodec,
  version: number,
  correlationId: number,
  request: unknown,
  clientId = 'wire-client',
): Buffer {
  const writer = new Writer();
  writer.int32(0);
  writer.int16(codec.key);
  writer.int16(version);
  writer.int32(correlationId);
  writer.nullableString(clientId, false);
  if (version >= codec.flexibleVersion) writer.uvarint(0);
  codec.request.write(writer, request, version);
  const frame = Buffer.concat(writer.finish());
  frame.writeInt32BE(frame.length - 4, 0);
  return frame;
}
