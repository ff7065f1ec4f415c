import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { FrameSplitter, requestHead, type RequestHead } from './frames.js';

/**
 * What happens to a request: `pass` it; `drop-request`: cut the connection before the broker sees it; `drop-response`: cut
 * it when the broker has answered; `swallow-response`: never pass the answer on.
 */
export type Fate = 'pass' | 'drop-request' | 'drop-response' | 'swallow-response';

/**
 * Stands between a client and one broker, and breaks what it is told to. In metadata the broker's address is rewritten,
 * and those of the other brokers that were proxied with it.
 */
export class FaultyProxy {
  readonly #server: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  readonly requests: RequestHead[] = [];
  fate: (request: RequestHead) => Fate = () => 'pass';
  #cluster: readonly FaultyProxy[] = [this];

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = createServer(client => this.#serve(client));
  }

  static async start(address: string): Promise<FaultyProxy> {
    const [host = '', port = ''] = address.split(':');
    const proxy = new FaultyProxy({ host, port: Number(port) });
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** One proxy for each broker of a cluster, so that a client never gets to know a real address. */
  static async startAll(addresses: readonly string[]): Promise<FaultyProxy[]> {
    const proxies = await Promise.all(addresses.map(address => FaultyProxy.start(address)));
    for (const proxy of proxies) {
      proxy.#cluster = proxies;
    }
    return proxies;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get brokers(): string[] {
    return [`127.0.0.1:${this.port}`];
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(client: Socket): void {
    const broker = connect(this.#target.port, this.#target.host);
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
        if (fate !== 'swallow-response') {
          client.write(this.#readdress(frame));
        }
      }
    });
  }

  #readdress(frame: Buffer): Buffer {
    const rewritten = Buffer.from(frame);
    for (const proxy of this.#cluster) {
      const { host, port } = proxy.#target;
      const address = Buffer.concat([Buffer.from(host), int32(port)]);
      for (let at = frame.indexOf(address); at >= 0; at = frame.indexOf(address, at + 1)) {
        rewritten.writeInt32BE(proxy.port, at + host.length);
      }
    }
    return rewritten;
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
