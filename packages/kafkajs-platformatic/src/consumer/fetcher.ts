import type { Cluster } from '../cluster/cluster.js';
import type { Logger } from '../logger/logger.js';
import type { AssignedPartition } from './assigned-partition.js';
import type { EmitConsumerEvent } from './consumer-events.js';
import { FetchLane } from './fetch-lane.js';
import type { FetchOptions } from './fetch-options.js';
import type { NodeFetching } from './node-fetching.js';
import { PartitionLocator } from './partition-locator.js';
import { Signal } from './signal.js';

export interface FetcherPorts {
  emit: EmitConsumerEvent;
  onPositioned(partition: AssignedPartition): void;
  readonly logger: Logger;
}

/**
 * Fetches for all partitions that are held, from the nodes that lead them.
 *
 * Each node has two lanes, each on a connection of its own. The first long-polls everything that is fetchable when it
 * starts; a partition that becomes fetchable while that poll waits (it had been full, paused or elsewhere) would have to
 * wait for up to `maxWaitTimeInMs`, so the second lane fetches it at once, with a short wait. When the poll returns, all
 * of them are back in the first lane.
 *
 * Backpressure: a partition with an undelivered batch is not fetched (see AssignedPartition).
 */
export class Fetcher {
  readonly #cluster: Cluster;
  readonly #options: FetchOptions;
  readonly #ports: FetcherPorts;
  readonly #partitions = new Set<AssignedPartition>();
  readonly #nodes = new Map<number, NodeFetching>();
  readonly #stopped = new AbortController();
  readonly #locator: PartitionLocator;

  constructor(cluster: Cluster, options: FetchOptions, ports: FetcherPorts) {
    this.#cluster = cluster;
    this.#options = options;
    this.#ports = ports;
    this.#locator = new PartitionLocator(
      cluster,
      options.isolationLevel,
      this.#stopped.signal,
      {
        partitions: () => this.#partitions,
        onLocated: () => this.wake(),
        onPositioned: partition => ports.onPositioned(partition),
      },
      ports.logger,
    );
    void this.#locator.run();
  }

  add(partitions: Iterable<AssignedPartition>): void {
    for (const partition of partitions) {
      this.#partitions.add(partition);
    }
    this.wake();
  }

  remove(partition: AssignedPartition): void {
    this.#partitions.delete(partition);
  }

  /** Something may be fetchable, or lost, that was not before. */
  wake(): void {
    const now = Date.now();
    let lost = false;
    for (const partition of this.#partitions) {
      const nodeId = partition.fetchNode(now);
      lost ||= nodeId === null || partition.position === null;
      if (nodeId !== null && partition.isFetchable) {
        this.#node(nodeId).changed.notify();
      }
    }
    if (lost) {
      this.#locator.wake();
    }
  }

  /**
   * Nothing is delivered any more. Long polls end with their connections: a broker answers the requests of one
   * connection in turn, so the next fetcher's first poll would wait behind this one's last.
   */
  stop(): void {
    if (this.#stopped.signal.aborted) {
      return;
    }
    this.#stopped.abort();
    this.#partitions.clear();
    for (const node of this.#nodes.values()) {
      node.changed.notify();
    }
    void this.#cluster.closeChannel('fetch');
    void this.#cluster.closeChannel('catch-up');
  }

  #node(nodeId: number): NodeFetching {
    let node = this.#nodes.get(nodeId);
    if (node === undefined) {
      node = { nodeId, changed: new Signal(), isPolling: false };
      this.#nodes.set(nodeId, node);
      for (const kind of ['poll', 'catch-up'] as const) {
        const lane = new FetchLane(kind, node, this.#cluster, this.#options, {
          claim: id => this.#claim(id),
          onLost: () => this.wake(),
          emit: this.#ports.emit,
          logger: this.#ports.logger,
          signal: this.#stopped.signal,
        });
        void lane.run();
      }
    }
    return node;
  }

  #claim(nodeId: number): AssignedPartition[] {
    const now = Date.now();
    const claimed: AssignedPartition[] = [];
    const elsewhere = new Set<number>();
    for (const partition of this.#partitions) {
      if (!partition.isFetchable) {
        continue;
      }
      const fetchNode = partition.fetchNode(now);
      if (fetchNode === nodeId) {
        partition.fetchingEpoch = partition.epoch;
        claimed.push(partition);
      } else if (fetchNode !== null) {
        elsewhere.add(fetchNode);
      }
    }
    // To a replica or back from it: the node that this one would be fetched from rests, perhaps, and has to hear of it.
    for (const node of elsewhere) {
      this.#node(node).changed.notify();
    }
    // Whoever comes last in a full response goes first the next time.
    for (const partition of claimed) {
      this.#partitions.delete(partition);
      this.#partitions.add(partition);
    }
    return claimed;
  }
}
