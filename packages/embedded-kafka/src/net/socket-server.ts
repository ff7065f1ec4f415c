import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { Broker } from '../broker.js';
import type { BrokerNode } from '../cluster/broker-node.js';
import { ANONYMOUS, type Principal } from '../security/principal.js';
import { sslPrincipal } from '../security/ssl-principal.js';
import { Connection } from './connection.js';
import { FrameBlocks } from './frame-blocks.js';
import type { Listener } from './listener.js';

export interface SocketServerOptions {
  readonly listener: Listener;
  readonly host: string;
  /** 0 for any free one, which is kept from then on. */
  readonly port: number;
  /** `socket.request.max.bytes` */
  readonly maxFrameBytes: number;
  /** `max.connections`: who comes when there are as many is sent away. */
  readonly maxConnections: number;
}

/**
 * Listens for the clients of one listener of one node and keeps their connections.
 * States: closed -> listening -> closed, as often as wanted.
 */
export class SocketServer {
  private server: Server | undefined;
  private readonly connections = new Set<Connection>();
  /** Also those that have not shaken hands yet. */
  private readonly sockets = new Set<Socket>();
  private readonly frameBlocks = new FrameBlocks();
  private readonly throttled = new WeakSet<Socket>();
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
    const server = this.createServer();
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

  /** The port that it listens on, or will; 0 if that is any. */
  get wantedPort(): number {
    return this.port;
  }

  serve(node: BrokerNode): void {
    this.node = node;
  }

  /** Cuts every connection; clients may connect again. */
  dropConnections(): void {
    for (const connection of this.connections) connection.destroy();
    for (const socket of this.sockets) socket.destroy();
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

  private createServer(): Server {
    const { tls } = this.options.listener;
    const server =
      tls === undefined
        ? createServer(socket => this.accept(socket, ANONYMOUS))
        : createTlsServer(tls, socket => this.acceptTls(socket));
    server.on('tlsClientError', (error: Error, socket: TLSSocket) => this.failedHandshake(error, socket));
    // Before the handshake, and before `accept`.
    return server.prependListener('connection', socket => this.count(socket));
  }

  private count(socket: Socket): void {
    const { maxConnections, listener } = this.options;
    if (this.sockets.size >= maxConnections) {
      this.broker.logger.warn(
        `a connection from /${socket.remoteAddress ?? 'unknown'} to ${listener.name} is refused: there are ${maxConnections} already`,
      );
      socket.destroy();
      return;
    }
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    this.throttle(socket);
  }

  /** Who opens more connections than his address may is let in, not listened to, and sent away a little later (KIP-612). */
  private throttle(socket: Socket): void {
    const { throttles, clock, logger } = this.broker;
    if (!throttles.isUsed || this.node === undefined) return;
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    const waitMs = throttles.connected(address, this.node.id);
    if (waitMs === 0) return;
    logger.debug(`a connection from /${address} is more than its connection_creation_rate: closed in ${waitMs} ms`);
    if (this.options.listener.tls !== undefined) {
      // The handshake would begin at once.
      socket.destroy();
      return;
    }
    this.throttled.add(socket);
    socket.on('error', error => logger.debug(`the connection from /${address} that has to go: ${error.message}`));
    const timer = clock.setTimeout(() => socket.destroy(), waitMs);
    socket.once('close', () => timer.clear());
  }

  private acceptTls(socket: TLSSocket): void {
    const certificate = socket.getPeerX509Certificate();
    if (certificate !== undefined && !socket.authorized) {
      this.failedHandshake(socket.authorizationError, socket);
      return;
    }
    this.accept(socket, sslPrincipal(certificate));
  }

  private failedHandshake(error: unknown, socket: TLSSocket): void {
    const reason = error instanceof Error ? error.message : String(error);
    const { name } = this.options.listener;
    this.broker.logger.warn(`a TLS handshake of /${socket.remoteAddress ?? 'unknown'} with ${name} failed: ${reason}`);
    socket.destroy();
  }

  private accept(socket: Socket, principal: Principal): void {
    if (this.throttled.has(socket)) return;
    if (this.node === undefined || socket.destroyed) {
      socket.destroy();
      return;
    }
    const { broker, node, frameBlocks } = this;
    const { listener, maxFrameBytes } = this.options;
    const onClose = (closed: Connection): boolean => this.connections.delete(closed);
    const id = this.nextConnectionId++;
    this.connections.add(
      new Connection({ id, socket, node, broker, listener, principal, maxFrameBytes, frameBlocks, onClose }),
    );
  }
}
