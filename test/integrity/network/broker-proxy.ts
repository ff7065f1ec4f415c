import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type Flaw, NO_FLAW } from './flaw.js';
import { ProxiedConnection } from './proxied-connection.js';

/** The network between clients and one broker, and what can be wrong with it. */
export class BrokerProxy {
  private readonly server: Server;
  private readonly connections = new Set<ProxiedConnection>();
  private current: Flaw = NO_FLAW;
  /** How often a flaw was met: answers spoilt, connections cut or refused. */
  damage = 0;

  private constructor(
    private readonly targetPort: number,
    private readonly random: () => number,
  ) {
    this.server = createServer(client => this.accept(client));
  }

  static async listen(port: number, targetPort: number, random: () => number = Math.random): Promise<BrokerProxy> {
    const proxy = new BrokerProxy(targetPort, random);
    proxy.server.listen({ port, host: '127.0.0.1' });
    await once(proxy.server, 'listening');
    return proxy;
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('The proxy has been closed');
    }
    return address.port;
  }

  /** From now on the network is like this, for the connections that there are, too. */
  set(flaw: Flaw): void {
    this.current = flaw;
    for (const connection of this.connections) {
      connection.apply(flaw);
    }
  }

  heal(): void {
    this.set(NO_FLAW);
  }

  async close(): Promise<void> {
    for (const connection of this.connections) {
      connection.reset();
    }
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(client: Socket): void {
    if (this.current.kind === 'cut') {
      this.damage++;
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const connection = new ProxiedConnection(client, this.targetPort, {
      random: this.random,
      damaged: () => this.damage++,
      ended: () => this.connections.delete(connection),
    });
    this.connections.add(connection);
    connection.apply(this.current);
  }
}
