import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Broker } from '../broker.js';
import { Connection } from './connection.js';

export interface SocketServerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** `socket.request.max.bytes` */
  readonly maxFrameBytes: number;
}

/** Listens for clients and keeps their connections. */
export class SocketServer {
  private readonly server: Server;
  private readonly connections = new Set<Connection>();
  private nextConnectionId = 1;

  constructor(
    private readonly broker: Broker,
    private readonly options: SocketServerOptions,
  ) {
    this.server = createServer(socket => this.accept(socket));
  }

  /** Resolves with the port. @throws NodeJS.ErrnoException if the address cannot be listened on */
  listen(): Promise<number> {
    const { host, port } = this.options;
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ host, port }, () => {
        this.server.off('error', reject);
        this.server.on('error', error => this.broker.logger.error(`the listener on ${host}: ${error.message}`));
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** Cuts every connection; clients may connect again. */
  dropConnections(): void {
    for (const connection of this.connections) connection.destroy();
  }

  /** Stops listening and cuts every connection. */
  close(): Promise<void> {
    return new Promise(resolve => {
      this.server.close(() => resolve());
      this.dropConnections();
    });
  }

  private accept(socket: Socket): void {
    const onClose = (closed: Connection): boolean => this.connections.delete(closed);
    const id = this.nextConnectionId++;
    this.connections.add(new Connection(id, socket, this.broker, this.options.maxFrameBytes, onClose));
  }
}
