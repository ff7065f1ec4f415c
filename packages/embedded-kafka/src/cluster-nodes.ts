import type { Broker } from './broker.js';
import type { BrokerOptions } from './embedded-kafka-options.js';
import { EmbeddedKafkaError } from './errors/embedded-kafka-error.js';
import { SocketServer } from './net/socket-server.js';

/** Kafka's `socket.request.max.bytes`. */
const MAX_REQUEST_BYTES = 104_857_600;

/**
 * The nodes of a cluster with their listeners. States of each: up <-> down; a node keeps its port. Starts and stops are done
 * one after the other, in the order in which they were asked for.
 */
export class ClusterNodes {
  private readonly servers = new Map<number, SocketServer>();
  private lastChange: Promise<void> = Promise.resolve();
  private isClosed = false;

  constructor(private readonly broker: Broker) {}

  /**
   * Listens for all nodes, then serves them all: no client sees a part of the cluster.
   * @throws EmbeddedKafkaError LISTEN_FAILED
   */
  async open(host: string, nodes: readonly BrokerOptions[]): Promise<void> {
    const opened: (() => void)[] = [];
    for (const { id, port, rack } of nodes) {
      const server = new SocketServer(this.broker, { host, port, maxFrameBytes: MAX_REQUEST_BYTES });
      const boundPort = await listen(server, `${host}:${port}`);
      this.servers.set(id, server);
      opened.push(() =>
        server.serve(this.broker.cluster.addNode({ id, host: advertisedHost(host), port: boundPort, rack })),
      );
    }
    for (const serve of opened) serve();
  }

  /** Cuts the node's connections and frees its port; others take over what it led. Does nothing if it is down. */
  stop(id: number): Promise<void> {
    return this.enqueue(async () => {
      const { cluster } = this.broker;
      if (this.isClosed || cluster.node(id)?.isUp !== true) return;
      const closing = this.server(id).close();
      cluster.nodeWentDown(id);
      await closing;
    });
  }

  /** Listens on the node's port again. Does nothing if it is up. @throws EmbeddedKafkaError LISTEN_FAILED */
  start(id: number): Promise<void> {
    return this.enqueue(async () => {
      const { cluster } = this.broker;
      const node = cluster.node(id);
      if (this.isClosed || node === undefined || node.isUp) return;
      await listen(this.server(id), `${node.host}:${node.port}`);
      cluster.nodeCameUp(id);
    });
  }

  dropConnections(): void {
    for (const server of this.servers.values()) server.dropConnections();
  }

  /** Frees all ports, for good. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.lastChange;
    await Promise.all(Array.from(this.servers.values(), server => server.close()));
  }

  private enqueue(change: () => Promise<void>): Promise<void> {
    const done = this.lastChange.then(change);
    // Whoever asked for a change is told of its failure; the next one is tried nevertheless.
    this.lastChange = done.catch(() => undefined);
    return done;
  }

  private server(id: number): SocketServer {
    const server = this.servers.get(id);
    if (server === undefined) throw new RangeError(`Node ${id} has no listener`);
    return server;
  }
}

async function listen(server: SocketServer, address: string): Promise<number> {
  try {
    return await server.listen();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EmbeddedKafkaError('LISTEN_FAILED', [address, reason], { cause });
  }
}

/** Nobody can connect to a wildcard, so clients are told a name that leads here. */
function advertisedHost(host: string): string {
  return host === '0.0.0.0' || host === '::' ? 'localhost' : host;
}
