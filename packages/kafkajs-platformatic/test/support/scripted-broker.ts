import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Writer } from '@platformatic/kafka';
import { FrameSplitter, requestHead, type RequestHead } from './frames.js';

/** Writes the body of a response; `undefined` leaves the request without an answer. */
export type Answer = (request: RequestHead, frame: Buffer) => Writer | undefined;

interface ScriptedApi {
  /** The only version that is offered; none of them may be a flexible one. */
  readonly version: number;
  readonly answer: Answer;
}

const API_VERSIONS = 18;

/** Answers what a test tells it to, with the plain (not flexible) versions of the protocol: an old or a strange broker. */
export class ScriptedBroker {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly requests: RequestHead[] = [];
  readonly apis: Map<number, ScriptedApi>;
  /** Kept after `stop`, so that other brokers can still name it. */
  port = 0;

  private constructor(apis: ReadonlyMap<number, ScriptedApi>) {
    this.apis = new Map(apis);
    this.#server = createServer(socket => this.#serve(socket));
  }

  static async start(apis: ReadonlyMap<number, ScriptedApi>): Promise<ScriptedBroker> {
    const broker = new ScriptedBroker(apis);
    broker.#server.listen(0, '127.0.0.1');
    await once(broker.#server, 'listening');
    broker.port = (broker.#server.address() as AddressInfo).port;
    return broker;
  }

  get brokers(): string[] {
    return [`127.0.0.1:${this.port}`];
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    const frames = new FrameSplitter();
    socket.on('data', chunk => {
      for (const frame of frames.push(chunk)) {
        const head = requestHead(frame);
        this.requests.push(head);
        const body =
          head.apiKey === API_VERSIONS ? this.#versions(head) : this.apis.get(head.apiKey)?.answer(head, frame);
        if (body !== undefined) {
          socket.write(Writer.create().appendInt32(head.correlationId).appendFrom(body).prependLength().buffer);
        }
      }
    });
  }

  #versions({ apiVersion }: RequestHead): Writer {
    const unsupported = apiVersion > 1;
    const offered = [
      [API_VERSIONS, 0, 1] as const,
      ...[...this.apis].map(([key, { version }]) => [key, version, version] as const),
    ];
    const writer = Writer.create()
      .appendInt16(unsupported ? 35 : 0)
      .appendArray(offered, (w, [key, min, max]) => w.appendInt16(key).appendInt16(min).appendInt16(max), false, false);
    return apiVersion === 1 ? writer.appendInt32(0) : writer;
  }
}

/** A Metadata response, version 1, of a cluster whose brokers listen on `ports`; their ids are 1, 2, ... */
export function metadataV1(
  ports: number | readonly number[],
  topics: readonly { name: string; errorCode?: number; leaders: readonly number[] }[],
): Writer {
  return Writer.create()
    .appendArray(
      typeof ports === 'number' ? [ports] : [...ports],
      (w, port, index) =>
        w
          .appendInt32(index + 1)
          .appendString('127.0.0.1', false)
          .appendInt32(port)
          .appendString(null, false),
      false,
      false,
    )
    .appendInt32(1)
    .appendArray(
      [...topics],
      (w, { name, errorCode = 0, leaders }) => {
        w.appendInt16(errorCode).appendString(name, false).appendBoolean(false);
        w.appendArray(
          [...leaders],
          (partition, leader, index) => {
            partition
              .appendInt16(leader < 0 ? 5 : 0)
              .appendInt32(index)
              .appendInt32(leader);
            partition.appendArray([1], (r, id) => r.appendInt32(id), false, false);
            partition.appendArray([1], (r, id) => r.appendInt32(id), false, false);
          },
          false,
          false,
        );
      },
      false,
      false,
    );
}
