import type { Cluster } from '../cluster/cluster.js';
import { createProtocolError } from '../errors/protocol-errors.js';
import type { Logger } from '../logger/logger.js';
import type { RetryPolicy } from '../retry/retry-policy.js';
import { ListOffsetsApi } from '../wire/apis.js';
import type { AssignedPartition } from './assigned-partition.js';
import { backoffDelay, CLUSTER_BACKOFF, pause } from './backoff.js';
import { ErrorCode } from './error-codes.js';
import { rootOf } from './recoverable.js';
import { Signal } from './signal.js';

export interface LocatorPorts {
  /** The partitions that are held now. */
  partitions(): Iterable<AssignedPartition>;
  /** Some partitions can be fetched now. */
  onLocated(): void;
  /** The start of a partition without a committed offset is known. */
  onPositioned(partition: AssignedPartition): void;
}

const ONE_ATTEMPT: RetryPolicy = { initialRetryTime: 0, maxRetryTime: 0, factor: 0, multiplier: 1, retries: 0 };
/** Timestamps that ListOffsets takes for the ends of a log. */
const TIMESTAMPS = { earliest: -2n, latest: -1n } as const;
const PLAIN_CONSUMER = -1;

/**
 * Finds the leader of every partition that has none, and the offset of every partition that does not know where to begin.
 *
 *     resting ──a partition needs it──▶ locating ──all found──▶ resting
 *                                        │    ▲
 *                                        └────┘ not all: again after a backoff, for ever
 */
export class PartitionLocator {
  readonly #cluster: Cluster;
  readonly #isolationLevel: 0 | 1;
  readonly #ports: LocatorPorts;
  readonly #logger: Logger;
  readonly #signal: AbortSignal;
  readonly #wanted = new Signal();

  constructor(cluster: Cluster, isolationLevel: 0 | 1, signal: AbortSignal, ports: LocatorPorts, logger: Logger) {
    this.#cluster = cluster;
    this.#isolationLevel = isolationLevel;
    this.#signal = signal;
    this.#ports = ports;
    this.#logger = logger;
    signal.addEventListener('abort', () => this.#wanted.notify(), { once: true });
  }

  /** A partition may have lost its leader or its position. */
  wake(): void {
    this.#wanted.notify();
  }

  async run(): Promise<void> {
    let failures = 0;
    while (!this.#signal.aborted) {
      if (this.#lost().length === 0) {
        failures = 0;
        await this.#wanted.wait();
        continue;
      }
      await this.#locate();
      if (this.#lost().length > 0) {
        await pause(backoffDelay(CLUSTER_BACKOFF, ++failures), this.#signal);
      }
    }
  }

  #lost(): AssignedPartition[] {
    return [...this.#ports.partitions()].filter(
      ({ leader, position, revoked }) => !revoked && (leader === null || position === null),
    );
  }

  async #locate(): Promise<void> {
    try {
      await this.#findLeaders(this.#lost().filter(({ leader }) => leader === null));
      this.#ports.onLocated();
      const byLeader = Map.groupBy(
        this.#lost().filter(({ leader }) => leader !== null),
        ({ leader }) => leader,
      );
      await Promise.all(Array.from(byLeader, ([leader, partitions]) => this.#findOffsets(leader ?? -1, partitions)));
    } catch (error) {
      const { message } = rootOf(error);
      this.#logger.warn(`Leaders or offsets of partitions could not be found, trying again: ${message}`);
      for (const partition of this.#lost()) {
        partition.trouble = message;
      }
    }
    for (const partition of this.#lost()) {
      partition.attempts++;
      partition.trouble ??= 'its partition has no leader';
    }
    this.#ports.onLocated();
  }

  async #findLeaders(partitions: readonly AssignedPartition[]): Promise<void> {
    if (partitions.length === 0) {
      return;
    }
    const byTopic = Map.groupBy(partitions, ({ topic }) => topic);
    // One call a topic, so that one that is missing does not hide the others; the cluster makes one request of them.
    const results = await Promise.allSettled(
      Array.from(byTopic, async ([topic, list]) => {
        await this.#cluster.metadata([topic], { retry: ONE_ATTEMPT });
        for (const partition of list) {
          this.#take(partition);
        }
      }),
    );
    const failed = results.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') {
      throw failed.reason;
    }
  }

  #take(partition: AssignedPartition): void {
    const { topic, topicId } = partition;
    const found = this.#cluster.topicId(topic);
    if (topicId !== undefined && found !== undefined && found !== topicId) {
      this.#logger.warn(
        `Topic "${topic}" was deleted and made anew: reading ${topic}[${partition.partition}] from its beginning`,
      );
      partition.reposition(null, 'earliest');
    }
    partition.topicId = found ?? topicId;
    partition.leader = this.#cluster.leaderOf(topic, partition.partition) ?? null;
  }

  async #findOffsets(leader: number, partitions: readonly AssignedPartition[]): Promise<void> {
    const epochs = new Map(partitions.map(partition => [partition, partition.epoch]));
    const byTopic = Map.groupBy(partitions, ({ topic }) => topic);
    let response;
    try {
      response = await this.#cluster.request(
        leader,
        'default',
        ListOffsetsApi,
        PLAIN_CONSUMER,
        this.#isolationLevel,
        Array.from(byTopic, ([name, list]) => ({
          name,
          partitions: list.map(({ partition, start }) => ({
            partitionIndex: partition,
            currentLeaderEpoch: -1,
            timestamp: TIMESTAMPS[start],
          })),
        })),
      );
    } catch (error) {
      for (const partition of partitions) {
        partition.leader = null;
      }
      throw error;
    }
    let failure: Error | undefined;
    for (const topic of response.topics) {
      for (const { partitionIndex, errorCode, offset } of topic.partitions) {
        const partition = byTopic.get(topic.name)?.find(candidate => candidate.partition === partitionIndex);
        if (partition === undefined || partition.epoch !== epochs.get(partition) || partition.revoked) {
          continue;
        }
        if (errorCode !== ErrorCode.NONE) {
          partition.leader = null;
          failure ??= createProtocolError(errorCode, `Offset of ${topic.name}[${partitionIndex}]`);
          continue;
        }
        partition.position = offset;
        partition.offsets.resolve(offset);
        this.#ports.onPositioned(partition);
      }
    }
    if (failure !== undefined) {
      throw failure;
    }
  }
}
