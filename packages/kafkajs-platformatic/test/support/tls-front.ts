import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { TEST_CERTIFICATE, TEST_PRIVATE_KEY } from './tls-certificate.js';

/** Speaks TLS in front of something that does not, and remembers the names that clients asked for. */
export class TlsFront {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly serverNames: (string | false | null)[] = [];

  private constructor(target: number) {
    this.#server = createServer({ cert: TEST_CERTIFICATE, key: TEST_PRIVATE_KEY }, client => {
      this.serverNames.push(client.servername);
      const upstream = connect(target, '127.0.0.1');
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          client.destroy();
          upstream.destroy();
        });
      }
      client.pipe(upstream).pipe(client);
    });
  }

  static async start(target: number): Promise<TlsFront> {
    const front = new TlsFront(target);
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    return front;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    this.#server.close();
    await once(this.#server, 'close');
  }
}
