import type { Cluster } from '../cluster/cluster.js';
import type { Logger } from '../logger/logger.js';
import type { AssignedPartition } from './assigned-partition.js';
import type { EmitConsumerEvent } from './consumer-events.js';
import { FetchLane } from './fetch-lane.js';
import type { FetchOptions, FetchPatience } from './fetch-options.js';
import type { NodeFetching } from './node-fetching.js';
import { PartitionLocator } from './partition-locator.js';
import { Signal } from './signal.js';
import { StallWatch, type VitalSign } from './stall-watch.js';
import { NOTHING_ENDED, type Standstill } from './standstill.js';

export interface FetcherPorts {
  emit: EmitConsumerEvent;
  onPositioned(partition: AssignedPartition): void;
  readonly logger: Logger;
}

/** Milliseconds that answers to long polls may be late before they are missed. */
const POLL_MARGIN = 2_000;

/**
 * Fetches for all partitions that are held, from the nodes that lead them.
 *
 * Each node has two lanes, each on a connection of its own. The first long-polls everything that is fetchable when it
 * starts; a partition that becomes fetchable while that poll waits (it had been full, paused or elsewhere) would have to
 * wait for up to `maxWaitTimeInMs`, so the second lane fetches it at once, with a short wait. When the poll returns, all
 * of them are back in the first lane.
 *
 * Backpressure: a partition with an undelivered batch is not fetched (see AssignedPartition).
 *
 * A partition that wants records and for which no attempt ends within `patience` is stuck: all lanes and the locator are
 * given up, connections and all, and new ones take over where they stood.
 *
 *     fetching ─an attempt does not end─▶ restarting ─▶ fetching        any ─stop─▶ stopped, for good
 *
 * Invariant: a restart loses nothing and repeats nothing: positions stay, and what an old lane still brings is dropped.
 */
export class Fetcher {
  readonly #cluster: Cluster;
  readonly #options: FetchOptions & FetchPatience;
  readonly #ports: FetcherPorts;
  readonly #partitions = new Set<AssignedPartition>();
  readonly #nodes = new Map<number, NodeFetching>();
  readonly #watch: StallWatch;
  /** Of the lanes and the locator at work. */
  #ended = new AbortController();
  #stopped = false;
  #locator: PartitionLocator;

  constructor(cluster: Cluster, options: FetchOptions & FetchPatience, ports: FetcherPorts) {
    this.#cluster = cluster;
    this.#options = options;
    this.#ports = ports;
    this.#locator = this.#startLocator();
    this.#watch = new StallWatch(options.patience, () => this.#signs());
    this.#watch.start();
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
    const now = performance.now();
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
    if (this.#stopped) {
      return;
    }
    this.#stopped = true;
    this.#watch.stop();
    this.#partitions.clear();
    this.#endWork();
  }

  /** Partitions for which no fetch was answered well for `longerThan` milliseconds, while one is wanted. */
  standstills(longerThan: number): Standstill[] {
    const standing: Standstill[] = [];
    // A long poll that waits for its end is no trouble.
    const patience = Math.max(longerThan, 2 * this.#options.maxWaitTimeInMs + POLL_MARGIN);
    for (const { topic, partition, position, trouble, offsets, wantsRecords } of this.#partitions) {
      const silence = this.#watch.silenceOf(offsets);
      if (wantsRecords && silence > (trouble === null ? patience : longerThan)) {
        const offset = position === null ? null : String(position);
        standing.push({ topic, partition, offset, silence, reason: trouble ?? NOTHING_ENDED });
      }
    }
    return standing;
  }

  /** Begins anew with everything but the positions. */
  #restart(stuck: AssignedPartition, silence: number): void {
    const { topic, partition, position } = stuck;
    const at = position === null ? 'whose position is not known' : `at offset ${position}`;
    this.#ports.logger.error(
      `Nothing has come of fetching ${topic}[${partition}] ${at} for ${Math.round(silence)} ms, neither an answer nor an ` +
        'error: fetching begins anew, on new connections. Report this as a bug.',
    );
    this.#endWork();
    this.#ended = new AbortController();
    this.#nodes.clear();
    for (const each of this.#partitions) {
      each.fetchingEpoch = null;
      each.leader = null;
      each.replica = null;
      each.attempts++;
    }
    this.#locator = this.#startLocator();
  }

  #endWork(): void {
    this.#ended.abort();
    for (const node of this.#nodes.values()) {
      node.changed.notify();
    }
    void this.#cluster.closeChannel('fetch');
    void this.#cluster.closeChannel('catch-up');
  }

  #startLocator(): PartitionLocator {
    const ports = {
      partitions: () => this.#partitions,
      onLocated: () => this.wake(),
      onPositioned: (partition: AssignedPartition) => this.#ports.onPositioned(partition),
    };
    const { isolationLevel } = this.#options;
    const locator = new PartitionLocator(this.#cluster, isolationLevel, this.#ended.signal, ports, this.#ports.logger);
    void locator.run();
    return locator;
  }

  *#signs(): Generator<VitalSign> {
    for (const partition of this.#partitions) {
      if (!partition.wantsRecords) {
        continue;
      }
      const { attempts, answers, offsets } = partition;
      yield {
        key: partition,
        pulse: attempts,
        patience: this.#options.patience,
        onStall: silence => {
          if (partition.attempts === attempts) {
            this.#restart(partition, silence);
          }
        },
      };
      // For `standstills` only: whether there is something to mend is what the attempts tell.
      yield { key: offsets, pulse: answers, patience: Number.POSITIVE_INFINITY, onStall: () => {} };
    }
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
          signal: this.#ended.signal,
        });
        void lane.run();
      }
    }
    return node;
  }

  #claim(nodeId: number): AssignedPartition[] {
    const now = performance.now();
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
