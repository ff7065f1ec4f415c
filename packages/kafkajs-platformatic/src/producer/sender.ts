import type { Cluster } from '../cluster/cluster.js';
import type { PreparedRecord } from '../codec/prepared-record.js';
import { KafkaJSNumberOfRetriesExceeded } from '../errors/client-errors.js';
import { KafkaJSBrokerNotFound, KafkaJSConnectionError } from '../errors/connection-errors.js';
import { isStaleMetadata } from '../errors/protocol-error-table.js';
import { createProtocolError } from '../errors/protocol-errors.js';
import type { Logger } from '../logger/logger.js';
import { ProduceApi, type ProduceResponse, type ProduceResponsePartition } from '../wire/produce-api.js';
import type { BufferMemory } from './buffer-memory.js';
import { PartitionQueue } from './partition-queue.js';
import type { PendingSend } from './pending-send.js';
import { refusalOf } from './refusal.js';
import { type ProduceGroup, ProduceGroups } from './produce-groups.js';
import { isIdentityLost, isProduceRetriable, mayHaveWritten } from './produce-outcome.js';
import type { BatchTerms, ProducerBatch } from './producer-batch.js';
import type { Numbering } from './numbering.js';
import type { ResolvedProducerConfig } from './producer-options.js';
import { RetryWaits } from './retry-waits.js';

const LEADER_NOT_AVAILABLE = 5;
const DUPLICATE_SEQUENCE_NUMBER = 46;

/**
 * Carries batches to the leaders of their partitions. At the end of a tick (or of `linger`) the heads of all idle
 * partitions leave, one request per leader; whatever is sent meanwhile gathers in the partitions' queues and leaves
 * when their heads have settled. A failed partition is retried alone.
 */
export class Sender {
  readonly #cluster: Cluster;
  readonly #config: ResolvedProducerConfig;
  readonly #numbering: Numbering;
  readonly #memory: BufferMemory;
  readonly #logger: Logger;
  readonly #queues = new Map<string, Map<number, PartitionQueue>>();
  /** Queues that may be idle with a head. */
  readonly #ready = new Set<PartitionQueue>();
  readonly #waits: RetryWaits;
  readonly #drained: (() => void)[] = [];
  #outstandingBatches = 0;
  #immediate: NodeJS.Immediate | undefined;
  #lingering: NodeJS.Timeout | undefined;
  /** Nothing lingers any more. */
  #isDraining = false;
  #closed: Error | undefined;

  constructor(
    cluster: Cluster,
    config: ResolvedProducerConfig,
    numbering: Numbering,
    memory: BufferMemory,
    logger: Logger,
  ) {
    this.#cluster = cluster;
    this.#waits = new RetryWaits(cluster);
    this.#config = config;
    this.#numbering = numbering;
    this.#memory = memory;
    this.#logger = logger;
  }

  append(topic: string, partition: number, terms: BatchTerms, record: PreparedRecord, send: PendingSend): void {
    if (this.#closed !== undefined) {
      this.#memory.release(record.size);
      send.fail(1, this.#closed);
      return;
    }
    const queue = this.#queue(topic, partition);
    const { opened, full } = queue.append(record, send, terms, this.#config);
    if (opened) {
      this.#outstandingBatches += 1;
    }
    if (queue.state === 'idle') {
      this.#ready.add(queue);
      this.#schedule(full);
    }
  }

  /** Resolves when every batch has settled. From now on batches leave at once. */
  drain(): Promise<void> {
    this.#isDraining = true;
    if (this.#outstandingBatches === 0) {
      return Promise.resolve();
    }
    this.#schedule(true);
    return new Promise(resolve => {
      this.#drained.push(resolve);
    });
  }

  /** After `drain`: batches gather for `linger` again. */
  resumeLinger(): void {
    this.#isDraining = false;
  }

  /** Fails whatever has not settled. */
  close(reason: Error): void {
    this.#closed = reason;
    clearImmediate(this.#immediate);
    clearTimeout(this.#lingering);
    this.#waits.endAll();
    this.#ready.clear();
    for (const queues of this.#queues.values()) {
      for (const queue of queues.values()) {
        while (queue.head !== undefined) {
          this.#settle(queue, queue.head, batch => batch.fail(reason));
        }
      }
    }
  }

  #queue(topic: string, partition: number): PartitionQueue {
    let queues = this.#queues.get(topic);
    if (queues === undefined) {
      queues = new Map();
      this.#queues.set(topic, queues);
    }
    let queue = queues.get(partition);
    if (queue === undefined) {
      queue = new PartitionQueue(topic, partition);
      queues.set(partition, queue);
    }
    return queue;
  }

  #schedule(now: boolean): void {
    if (this.#immediate !== undefined || this.#closed !== undefined) {
      return;
    }
    if (now || this.#isDraining || this.#config.linger === 0) {
      clearTimeout(this.#lingering);
      this.#lingering = undefined;
      this.#immediate = setImmediate(() => {
        this.#immediate = undefined;
        this.#dispatch();
      });
      return;
    }
    this.#lingering ??= setTimeout(() => {
      this.#lingering = undefined;
      this.#dispatch();
    }, this.#config.linger);
  }

  #dispatch(): void {
    const groups = new ProduceGroups();
    const unlocated: PartitionQueue[] = [];
    for (const queue of this.#ready) {
      const { head } = queue;
      if (queue.state !== 'idle' || head === undefined) {
        continue;
      }
      queue.state = 'busy';
      const nodeId = this.#cluster.validLeaderOf(queue.topic, queue.partition);
      queue.triedNode = nodeId;
      if (nodeId === undefined) {
        unlocated.push(queue);
      } else {
        groups.add(nodeId, queue, head);
      }
    }
    this.#ready.clear();
    for (const group of groups.all) {
      void this.#send(group);
    }
    if (unlocated.length > 0) {
      void this.#locate(unlocated);
    }
  }

  /** Asks for the topics' metadata once; partitions that have a leader then are ready, the others failed an attempt. */
  async #locate(queues: readonly PartitionQueue[]): Promise<void> {
    const byTopic = Map.groupBy(queues, queue => queue.topic);
    await Promise.all(
      [...byTopic].map(async ([topic, ofTopic]) => {
        try {
          const { allowAutoTopicCreation } = this.#config;
          await this.#cluster.metadata([topic], { allowAutoTopicCreation, retry: false });
        } catch (error) {
          this.#failAll(ofTopic, toError(error));
          return;
        }
        for (const queue of ofTopic) {
          if (this.#cluster.leaderOf(topic, queue.partition) === undefined) {
            const context = `Topic "${topic}", partition ${queue.partition}`;
            this.#fail(queue, createProtocolError(LEADER_NOT_AVAILABLE, context));
          } else {
            this.#idle(queue);
          }
        }
      }),
    );
  }

  async #send({ nodeId, acks, timeoutMs, queues }: ProduceGroup): Promise<void> {
    const { transaction } = this.#numbering;
    let response: ProduceResponse | undefined;
    try {
      if (acks === -1 && this.#config.idempotent !== false) {
        await this.#number(queues);
      }
      await transaction?.enlist(queues);
      const topics = await this.#encode(queues);
      const { transactionalId } = transaction ?? {};
      response = await this.#cluster.request(nodeId, 'produce', ProduceApi, {
        transactionalId,
        acks,
        timeoutMs,
        topics,
      });
    } catch (error) {
      this.#failAll(queues, toError(error));
      return;
    }
    const byPlace = new Map<string, ProduceResponsePartition>();
    for (const { topic, partitions } of response?.topics ?? []) {
      for (const partition of partitions) {
        byPlace.set(`${topic}:${partition.partition}`, partition);
      }
    }
    for (const queue of queues) {
      this.#conclude(queue, acks, byPlace.get(`${queue.topic}:${queue.partition}`));
    }
  }

  async #number(queues: readonly PartitionQueue[]): Promise<void> {
    for (const queue of queues) {
      const batch = queue.head;
      if (batch === undefined) {
        continue;
      }
      const identity = queue.identity ?? (await this.#numbering.get());
      if (identity !== undefined) {
        queue.number(identity, batch);
      }
    }
  }

  async #encode(
    queues: readonly PartitionQueue[],
  ): Promise<{ topic: string; partitions: { partition: number; records: Buffer }[] }[]> {
    const byTopic = new Map<string, { partition: number; records: Buffer }[]>();
    for (const queue of queues) {
      const { head, topic, partition } = queue;
      if (head === undefined) {
        continue;
      }
      const partitions = byTopic.get(topic) ?? [];
      byTopic.set(topic, partitions);
      partitions.push({ partition, records: await head.encode(this.#numbering.transaction !== undefined) });
    }
    return [...byTopic].map(([topic, partitions]) => ({ topic, partitions }));
  }

  #conclude(queue: PartitionQueue, acks: -1 | 0 | 1, response: ProduceResponsePartition | undefined): void {
    const { head, topic, partition } = queue;
    if (head === undefined) {
      return;
    }
    if (acks === 0) {
      this.#settle(queue, head, batch => batch.succeed(undefined));
      this.#idle(queue);
      return;
    }
    const context = `Topic "${topic}", partition ${partition}`;
    if (response === undefined) {
      this.#fail(queue, createProtocolError(-1, context, 'the response leaves the partition out'));
      return;
    }
    // KIP-98: the broker has the batch already; as good as written.
    if (response.errorCode === 0 || response.errorCode === DUPLICATE_SEQUENCE_NUMBER) {
      this.#settle(queue, head, batch => batch.succeed(response));
      this.#idle(queue);
      return;
    }
    this.#fail(queue, createProtocolError(response.errorCode, context, refusalOf(response)));
  }

  #failAll(queues: readonly PartitionQueue[], error: Error): void {
    for (const queue of queues) {
      this.#fail(queue, error);
    }
  }

  /** An attempt with the queue's head failed: either it waits for another one, or it is given up. */
  #fail(queue: PartitionQueue, error: Error): void {
    const { head } = queue;
    if (head === undefined) {
      return;
    }
    const { retryCount, delay: retryTime } = head.backoff;
    const mayHaveMoved =
      isStaleMetadata(error) || error instanceof KafkaJSConnectionError || error instanceof KafkaJSBrokerNotFound;
    if (mayHaveMoved) {
      this.#cluster.invalidate(queue.topic);
    }
    head.maybeWritten ||= head.producer !== undefined && mayHaveWritten(error);
    const delay = this.#isRetriable(error) ? nextDelay(head) : undefined;
    if (delay === undefined) {
      this.#giveUp(queue, head, error, { retryCount, retryTime });
      return;
    }
    const { topic, partition } = queue;
    this.#logger.warn(`Failed to send messages: ${error.message}`, { topic, partition, retryCount, retryTime });
    this.#waits.wait(queue, delay, mayHaveMoved, () => void this.#retry(queue, head, isIdentityLost(error)));
  }

  /** The identity of a transaction is not the sender's to replace: without it the transaction has failed. */
  #isRetriable(error: Error): boolean {
    return isProduceRetriable(error) && !(this.#numbering.transaction !== undefined && isIdentityLost(error));
  }

  async #retry(queue: PartitionQueue, head: ProducerBatch, withNewIdentity: boolean): Promise<void> {
    if (withNewIdentity && queue.identity !== undefined) {
      this.#numbering.renew(queue.identity);
      try {
        const identity = await this.#numbering.get();
        if (identity !== undefined) {
          queue.identity = undefined;
          await head.restamp({ ...identity, baseSequence: 0 });
          queue.identity = identity;
          queue.nextSequence = head.recordCount;
          head.maybeWritten = false;
        }
      } catch (error) {
        this.#fail(queue, toError(error));
        return;
      }
    }
    this.#idle(queue);
  }

  #giveUp(
    queue: PartitionQueue,
    head: ProducerBatch,
    error: Error,
    tries: { readonly retryCount: number; readonly retryTime: number },
  ): void {
    if (head.maybeWritten && queue.identity !== undefined) {
      // The next batch would leave a hole, or repeat a number, depending on what nobody knows.
      this.#numbering.renew(queue.identity);
      queue.identity = undefined;
    } else {
      queue.unnumber(head);
    }
    const reason = this.#isRetriable(error) ? new KafkaJSNumberOfRetriesExceeded(error, tries) : error;
    this.#settle(queue, head, batch => batch.fail(reason));
    this.#idle(queue);
  }

  #settle(queue: PartitionQueue, head: ProducerBatch, tell: (batch: ProducerBatch) => void): void {
    queue.shift();
    this.#memory.release(head.size);
    tell(head);
    this.#outstandingBatches -= 1;
    if (this.#outstandingBatches === 0) {
      for (const resolve of this.#drained.splice(0)) {
        resolve();
      }
    }
  }

  #idle(queue: PartitionQueue): void {
    queue.state = 'idle';
    if (queue.head !== undefined && this.#closed === undefined) {
      this.#ready.add(queue);
      this.#schedule(true);
    }
  }
}

/** What is left of a wait that was cut short, or the next one of the policy; undefined once that has no more. */
function nextDelay({ backoff, waitWouldEnd }: ProducerBatch): number | undefined {
  const left = waitWouldEnd === undefined ? 0 : waitWouldEnd - performance.now();
  return left > 0 ? left : backoff.next();
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
