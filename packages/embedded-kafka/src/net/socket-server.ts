import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Broker } from '../broker.js';
import type { BrokerNode } from '../cluster/broker-node.js';
import { Connection } from './connection.js';

export interface SocketServerOptions {
  readonly host: string;
  /** 0 for any free one, which is kept from then on. */
  readonly port: number;
  /** `socket.request.max.bytes` */
  readonly maxFrameBytes: number;
}

/** Listens for the clients of one node and keeps their connections. States: closed -> listening -> closed, as often as wanted. */
export class SocketServer {
  private server: Server | undefined;
  private readonly connections = new Set<Connection>();
  private nextConnectionId = 1;
  private node: BrokerNode | undefined;
  private port: number;

  constructor(
    private readonly broker: Broker,
    private readonly options: SocketServerOptions,
  ) {
    this.port = options.port;
  }

  /**
   * Resolves with the port when it listens. Connections are refused until `serve` tells which node they are for, since that
   * is known by its port.
   * @throws NodeJS.ErrnoException if the address cannot be listened on
   */
  listen(): Promise<number> {
    const { host } = this.options;
    const server = createServer(socket => this.accept(socket));
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port: this.port }, () => {
        server.off('error', reject);
        server.on('error', error => this.broker.logger.error(`the listener on ${host}: ${error.message}`));
        this.server = server;
        this.port = (server.address() as AddressInfo).port;
        resolve(this.port);
      });
    });
  }

  serve(node: BrokerNode): void {
    this.node = node;
  }

  /** Cuts every connection; clients may connect again. */
  dropConnections(): void {
    for (const connection of this.connections) connection.destroy();
  }

  /** Stops listening and cuts every connection. */
  close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    return new Promise(resolve => {
      if (server) server.close(() => resolve());
      else resolve();
      this.dropConnections();
    });
  }

  private accept(socket: Socket): void {
    if (this.node === undefined) {
      socket.destroy();
      return;
    }
    const onClose = (closed: Connection): boolean => this.connections.delete(closed);
    const id = this.nextConnectionId++;
    this.connections.add(new Connection(id, socket, this.node, this.broker, this.options.maxFrameBytes, onClose));
  }
}
