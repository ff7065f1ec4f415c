import type { Broker } from './broker.js';
import type { BrokerOptions } from './options/node-options.js';
import { EmbeddedKafkaError } from './errors/embedded-kafka-error.js';
import type { Endpoint } from './cluster/broker-node.js';
import { createListener } from './net/listener.js';
import { SocketServer } from './net/socket-server.js';
import type { ResolvedListener } from './security/listener-options.js';

/** Kafka's `socket.request.max.bytes`. */
const MAX_REQUEST_BYTES = 104_857_600;
/** Of one listener of one node: far beyond what tests need, and below what file descriptors allow. */
const MAX_CONNECTIONS = 10_000;

/**
 * The nodes of a cluster with their listeners. States of each: up <-> down; a node keeps its port. Starts and stops are done
 * one after the other, in the order in which they were asked for.
 */
export class ClusterNodes {
  /** Of each node, one for each listener. */
  private readonly servers = new Map<number, readonly SocketServer[]>();
  private lastChange: Promise<void> = Promise.resolve();
  private isClosed = false;

  constructor(private readonly broker: Broker) {}

  /**
   * Listens for all nodes, then serves them all: no client sees a part of the cluster.
   * @throws EmbeddedKafkaError LISTEN_FAILED
   */
  async open(listeners: readonly ResolvedListener[], nodes: readonly BrokerOptions[]): Promise<void> {
    const opened: (() => void)[] = [];
    for (const [index, { id, port, rack }] of nodes.entries()) {
      const servers: SocketServer[] = [];
      this.servers.set(id, servers);
      const endpoints = new Map<string, Endpoint>();
      for (const options of listeners) {
        const isFirst = servers.length === 0;
        const server = this.newServer(options, isFirst && port !== 0 ? port : nth(options.port, index));
        servers.push(server);
        const { name, host, advertisedHost, advertisedPort } = options;
        const boundPort = await listen(server, host);
        endpoints.set(name, {
          host: advertisedHost ?? reachableHost(host),
          port: advertisedPort === undefined ? boundPort : nth(advertisedPort, index),
        });
      }
      const [first = { host: '', port: 0 }] = endpoints.values();
      opened.push(() => {
        const node = this.broker.cluster.addNode({ id, ...first, rack, endpoints });
        for (const server of servers) server.serve(node);
      });
    }
    for (const serve of opened) serve();
  }

  /** Cuts the node's connections and frees its port; others take over what it led. Does nothing if it is down. */
  stop(id: number): Promise<void> {
    return this.enqueue(async () => {
      const { cluster, events } = this.broker;
      if (this.isClosed || cluster.node(id)?.isUp !== true) return;
      const closing = Promise.all(this.serversOf(id).map(server => server.close()));
      this.broker.fetchSessions.forget(id);
      cluster.nodeWentDown(id);
      events.emit({ type: 'nodeStopped', nodeId: id });
      await closing;
    });
  }

  /** Listens on the node's port again. Does nothing if it is up. @throws EmbeddedKafkaError LISTEN_FAILED */
  start(id: number): Promise<void> {
    return this.enqueue(async () => {
      const { cluster, events } = this.broker;
      const node = cluster.node(id);
      if (this.isClosed || node === undefined || node.isUp) return;
      for (const server of this.serversOf(id)) await listen(server, node.host);
      cluster.nodeCameUp(id);
      events.emit({ type: 'nodeStarted', nodeId: id });
    });
  }

  dropConnections(): void {
    for (const server of [...this.servers.values()].flat()) server.dropConnections();
  }

  /** Frees all ports, for good. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.lastChange;
    await Promise.all([...this.servers.values()].flat().map(server => server.close()));
  }

  private enqueue(change: () => Promise<void>): Promise<void> {
    const done = this.lastChange.then(change);
    // Whoever asked for a change is told of its failure; the next one is tried nevertheless.
    this.lastChange = done.catch(() => undefined);
    return done;
  }

  private newServer(options: ResolvedListener, port: number): SocketServer {
    const { broker } = this;
    const listener = createListener(options, broker.scramCredentials, () => broker.clock.now());
    const { host } = options;
    const limits = { maxFrameBytes: MAX_REQUEST_BYTES, maxConnections: MAX_CONNECTIONS };
    return new SocketServer(broker, { listener, host, port, ...limits });
  }

  private serversOf(id: number): readonly SocketServer[] {
    const servers = this.servers.get(id);
    if (servers === undefined) throw new RangeError(`Node ${id} has no listener`);
    return servers;
  }
}

/** The further nodes take the ports that follow, unless any free one will do. */
const nth = (port: number, index: number): number => (port === 0 ? 0 : port + index);

async function listen(server: SocketServer, host: string): Promise<number> {
  try {
    return await server.listen();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EmbeddedKafkaError('LISTEN_FAILED', [`${host}:${server.wantedPort}`, reason], { cause });
  }
}

/** Nobody can connect to a wildcard, so clients are told a name that leads here. */
function reachableHost(host: string): string {
  return host === '0.0.0.0' || host === '::' ? 'localhost' : host;
}
