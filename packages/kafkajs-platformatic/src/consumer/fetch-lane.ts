import type { Cluster } from '../cluster/cluster.js';
import { createProtocolError } from '../errors/protocol-errors.js';
import type { Logger } from '../logger/logger.js';
import {
  FetchApi,
  type FetchRequestTopic,
  type FetchResponse,
  type FetchResponsePartition,
} from '../wire/fetch-api.js';
import type { AssignedPartition } from './assigned-partition.js';
import { backoffDelay, CLUSTER_BACKOFF, pause } from './backoff.js';
import type { EmitConsumerEvent } from './consumer-events.js';
import { ErrorCode } from './error-codes.js';
import { FetchedRecords } from './fetched-records.js';
import type { FetchOptions } from './fetch-options.js';
import type { NodeFetching } from './node-fetching.js';
import { rootOf } from './recoverable.js';

export interface FetchLanePorts {
  /** Takes the partitions that can be fetched from the node now; no other lane gets them until they are released. */
  claim(nodeId: number): AssignedPartition[];
  /** A partition has lost its leader or its position. */
  onLost(): void;
  emit: EmitConsumerEvent;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Milliseconds that the second lane waits at the broker. While it waits nobody fetches what becomes fetchable next, so
 * it waits only briefly, and longer the more often in a row there was nothing.
 */
const SHORTEST_CATCH_UP = 10;
const LONGEST_CATCH_UP = 80;

const HAND_OVER_TICKS = 4;

/** Codes that say: look for the leader again. Everything else that is an error is logged as well. */
const MOVED: ReadonlySet<number> = new Set([
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.LEADER_NOT_AVAILABLE,
  ErrorCode.NOT_LEADER_OR_FOLLOWER,
  ErrorCode.REPLICA_NOT_AVAILABLE,
  ErrorCode.KAFKA_STORAGE_ERROR,
  ErrorCode.FENCED_LEADER_EPOCH,
  ErrorCode.UNKNOWN_LEADER_EPOCH,
  ErrorCode.OFFSET_NOT_AVAILABLE,
  ErrorCode.UNKNOWN_TOPIC_ID,
  ErrorCode.INCONSISTENT_TOPIC_ID,
]);

interface Claim {
  readonly partition: AssignedPartition;
  readonly epoch: number;
  readonly offset: bigint;
}

/**
 * One fetch after the other to one node, over one connection.
 *
 *     resting ──fetchable partitions──▶ fetching ──response──▶ resting
 *                                          └── error: partitions are located anew, the lane rests for a backoff
 *
 * Invariant: whenever a partition becomes fetchable (it got room, was located, was given back by the other lane), a lane
 * that rests is woken, and the lane that may claim it does so.
 */
export class FetchLane {
  readonly #kind: 'poll' | 'catch-up';
  readonly #node: NodeFetching;
  readonly #cluster: Cluster;
  readonly #options: FetchOptions;
  readonly #ports: FetchLanePorts;
  #catchUpWait = SHORTEST_CATCH_UP;

  constructor(
    kind: 'poll' | 'catch-up',
    node: NodeFetching,
    cluster: Cluster,
    options: FetchOptions,
    ports: FetchLanePorts,
  ) {
    this.#kind = kind;
    this.#node = node;
    this.#cluster = cluster;
    this.#options = options;
    this.#ports = ports;
  }

  async run(): Promise<void> {
    const { signal } = this.#ports;
    const node = this.#node;
    const isPoll = this.#kind === 'poll';
    let failures = 0;
    while (!signal.aborted) {
      const partitions = isPoll || node.isPolling ? this.#ports.claim(node.nodeId) : [];
      if (partitions.length === 0) {
        await node.changed.wait();
        continue;
      }
      node.isPolling ||= isPoll;
      const claims = partitions.map(partition => ({
        partition,
        epoch: partition.epoch,
        offset: partition.position ?? 0n,
      }));
      try {
        await this.#fetch(claims);
        failures = 0;
      } catch (error) {
        this.#giveBack(claims, error);
        failures++;
      }
      if (isPoll) {
        node.isPolling = false;
      } else {
        // The long poll may be resting because this lane had everything.
        node.changed.notify();
      }
      if (failures > 0) {
        await this.#rest(claims, backoffDelay(CLUSTER_BACKOFF, failures));
      } else {
        await handedOver();
      }
    }
  }

  /** Waits before the next fetch from this node; partitions that get another leader meanwhile do not wait with it. */
  async #rest(claims: readonly Claim[], delay: number): Promise<void> {
    const { nodeId } = this.#node;
    const unwatch = claims.map(({ partition }) =>
      this.#cluster.watchLeader(partition.topic, partition.partition, nodeId, () => {
        if (partition.leader === nodeId && partition.fetchingEpoch === null) {
          partition.leader = null;
          this.#ports.onLost();
        }
      }),
    );
    await pause(delay, this.#ports.signal);
    unwatch.forEach(stop => stop());
  }

  #giveBack(claims: readonly Claim[], error: unknown): void {
    if (this.#ports.signal.aborted) {
      return;
    }
    release(claims);
    const { message } = rootOf(error);
    for (const { partition } of claims) {
      partition.failed(message);
    }
    this.#ports.logger.warn(
      `Fetching from node ${this.#node.nodeId} failed, looking for the leaders again: ${message}`,
    );
    this.#ports.onLost();
  }

  async #fetch(claims: readonly Claim[]): Promise<void> {
    const { nodeId } = this.#node;
    const { maxWaitTimeInMs, minBytes, maxBytes, isolationLevel, rackId } = this.#options;
    const started = performance.now();
    const isPoll = this.#kind === 'poll';
    this.#ports.emit('consumer.fetch_start', { nodeId });
    const response = await this.#cluster.request(nodeId, isPoll ? 'fetch' : 'catch-up', FetchApi, {
      maxWaitMs: isPoll ? maxWaitTimeInMs : Math.min(maxWaitTimeInMs, this.#catchUpWait),
      minBytes,
      maxBytes,
      isolationLevel,
      rackId,
      topics: this.#requestOf(claims),
    });
    if (response.errorCode !== ErrorCode.NONE) {
      throw createProtocolError(response.errorCode, `Fetch from node ${nodeId}`);
    }
    if (this.#ports.signal.aborted) {
      // Others may have claimed the partitions by now.
      return;
    }
    release(claims);
    const numberOfBatches = this.#takeIn(response, claims);
    this.#catchUpWait = numberOfBatches > 0 ? SHORTEST_CATCH_UP : Math.min(LONGEST_CATCH_UP, this.#catchUpWait * 2);
    this.#ports.emit('consumer.fetch', { nodeId, numberOfBatches, duration: Math.round(performance.now() - started) });
  }

  #requestOf(claims: readonly Claim[]): FetchRequestTopic[] {
    return Array.from(
      Map.groupBy(claims, ({ partition }) => partition.topic),
      ([topic, list]) => ({
        topic,
        topicId: this.#cluster.topicId(topic),
        partitions: list.map(({ partition, offset }) => ({
          partition: partition.partition,
          fetchOffset: offset,
          partitionMaxBytes: this.#options.maxBytesPerPartition,
        })),
      }),
    );
  }

  #takeIn(response: FetchResponse, claims: readonly Claim[]): number {
    const byTopic = new Map<string, Map<number, Claim>>();
    for (const claim of claims) {
      const { topic, partition } = claim.partition;
      const known = byTopic.get(topic);
      if (known === undefined) {
        byTopic.set(topic, new Map([[partition, claim]]));
      } else {
        known.set(partition, claim);
      }
    }
    let batches = 0;
    let lost = false;
    for (const { topic, partitions } of response.topics) {
      const claimed = byTopic.get(topic);
      for (const answer of partitions) {
        const claim = claimed?.get(answer.partition);
        if (claim === undefined || claim.partition.epoch !== claim.epoch) {
          continue;
        }
        if (this.#takeInPartition(claim, answer)) {
          batches++;
        }
        lost ||= claim.partition.leader === null || claim.partition.position === null;
      }
    }
    if (lost) {
      this.#ports.onLost();
    }
    return batches;
  }

  /** @returns true if there were records */
  #takeInPartition({ partition, epoch, offset }: Claim, answer: FetchResponsePartition): boolean {
    const name = `${partition.topic}[${partition.partition}]`;
    if (answer.errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) {
      partition.attempts++;
      if (partition.replica !== null) {
        // The follower may only be behind.
        partition.replica = null;
      } else {
        this.#ports.logger.error(
          `Offset ${offset} of ${name} does not exist (any more), going on at the ${partition.start} one`,
        );
        partition.reposition(null);
      }
      return false;
    }
    if (answer.errorCode !== ErrorCode.NONE) {
      const { message } = createProtocolError(answer.errorCode, `Fetching ${name} at offset ${offset}`);
      if (!MOVED.has(answer.errorCode)) {
        this.#ports.logger.error(message);
      }
      partition.failed(message);
      return false;
    }
    if (answer.preferredReadReplica >= 0) {
      partition.replica = {
        nodeId: answer.preferredReadReplica,
        until: performance.now() + this.#options.metadataMaxAge,
      };
    }
    try {
      const records = FetchedRecords.from(answer, offset);
      partition.answered();
      if (records === null) {
        return false;
      }
      partition.deliver(records, epoch);
      return true;
    } catch (error) {
      // Never skipped: read again, after the pause that looking for the leader brings.
      const trouble = `Records of ${name} at offset ${offset} cannot be read: ${rootOf(error).message}`;
      this.#ports.logger.error(trouble);
      partition.failed(trouble);
      return false;
    }
  }
}

/**
 * Handling loops take what came before the next claim, so that their partitions are in it. That takes them two
 * microtasks; a turn of the event loop would let handlers that never leave the microtasks (a backlog) finish their whole
 * batch before the next fetch is sent.
 */
async function handedOver(): Promise<void> {
  for (let tick = 0; tick < HAND_OVER_TICKS; tick++) {
    await undefined;
  }
}

function release(claims: readonly Claim[]): void {
  for (const { partition, epoch } of claims) {
    if (partition.fetchingEpoch === epoch) {
      partition.fetchingEpoch = null;
    }
  }
}
