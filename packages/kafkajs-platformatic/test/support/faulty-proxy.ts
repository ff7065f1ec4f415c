import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { FrameSplitter, requestHead, type RequestHead } from './frames.js';

/**
 * What happens to a request: `pass` it; `drop-request`: cut the connection before the broker sees it; `drop-response`: cut
 * it when the broker has answered; `swallow-response`: never pass the answer on; `garble-response`: pass on as many bytes,
 * none of which mean anything behind the correlation id.
 */
export type Fate = 'pass' | 'drop-request' | 'drop-response' | 'swallow-response' | 'garble-response';

/** Where a client knocks in place of one broker. */
interface Door {
  readonly server: Server;
  readonly host: string;
  readonly port: number;
}

/**
 * Stands between a client and the brokers of a cluster, and breaks what it is told to. It has a door for each broker, and
 * rewrites their addresses in metadata, so that a client never gets to know a real one.
 */
export class FaultyProxy {
  readonly #doors: Door[] = [];
  readonly #sockets = new Set<Socket>();
  readonly requests: RequestHead[] = [];
  fate: (request: RequestHead) => Fate = () => 'pass';

  /** @param addresses `host:port` of every broker of the cluster, or of its only one */
  static async start(addresses: string | readonly string[]): Promise<FaultyProxy> {
    const proxy = new FaultyProxy();
    for (const address of [addresses].flat()) {
      const [host = '', port = ''] = address.split(':');
      const door = { host, port: Number(port), server: createServer(client => proxy.#serve(client, door)) };
      door.server.listen(0, '127.0.0.1');
      await once(door.server, 'listening');
      proxy.#doors.push(door);
    }
    return proxy;
  }

  /** Of the first broker's door. */
  get port(): number {
    return portOf(this.#doors[0] as Door);
  }

  get brokers(): string[] {
    return this.#doors.map(door => `127.0.0.1:${portOf(door)}`);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await Promise.all(
      this.#doors.map(({ server }) => {
        server.close();
        return once(server, 'close');
      }),
    );
  }

  #serve(client: Socket, door: Door): void {
    const broker = connect(door.port, door.host);
    const fates = new Map<number, Fate>();
    const cut = (): void => {
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) {
      this.#sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        cut();
      });
    }
    const requests = new FrameSplitter();
    client.on('data', chunk => {
      for (const frame of requests.push(chunk)) {
        const head = requestHead(frame);
        this.requests.push(head);
        const fate = this.fate(head);
        if (fate === 'drop-request') {
          cut();
          return;
        }
        fates.set(head.correlationId, fate);
        broker.write(frame);
      }
    });
    const responses = new FrameSplitter();
    broker.on('data', chunk => {
      for (const frame of responses.push(chunk)) {
        const fate = fates.get(frame.readInt32BE(4));
        if (fate === 'drop-response') {
          cut();
          return;
        }
        if (fate === 'garble-response') {
          client.write(Buffer.concat([frame.subarray(0, 8), Buffer.alloc(frame.length - 8, 0x7e)]));
        } else if (fate !== 'swallow-response') {
          client.write(this.#readdress(frame));
        }
      }
    });
  }

  #readdress(frame: Buffer): Buffer {
    const rewritten = Buffer.from(frame);
    for (const door of this.#doors) {
      const address = Buffer.concat([Buffer.from(door.host), int32(door.port)]);
      for (let at = frame.indexOf(address); at >= 0; at = frame.indexOf(address, at + 1)) {
        rewritten.writeInt32BE(portOf(door), at + door.host.length);
      }
    }
    return rewritten;
  }
}

function portOf({ server }: Door): number {
  return (server.address() as AddressInfo).port;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
