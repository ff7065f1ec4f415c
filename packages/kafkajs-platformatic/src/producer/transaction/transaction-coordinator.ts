import type { Cluster } from '../../cluster/cluster.js';
import { createProtocolError } from '../../errors/protocol-errors.js';
import { retry, sleep, type RetryPolicy } from '../../retry/retry-policy.js';
import type { WireApi } from '../../wire/api.js';
import {
  AddOffsetsToTxnApi,
  AddPartitionsToTxnApi,
  BumpProducerEpochApi,
  EndTxnApi,
  InitProducerIdApi,
  TxnOffsetCommitApi,
} from '../../wire/apis.js';
import type { ProducerIdentity } from '../producer-identity.js';
import { isConcurrent, isCoordinatorMoved } from './transaction-errors.js';
import type { TransactionOffsets } from './transaction-types.js';

/** Partitions by topic. */
export type PartitionsByTopic = ReadonlyMap<string, readonly number[]>;

const OPERATION_NOT_ATTEMPTED = 55;
/**
 * A coordinator answers CONCURRENT_TRANSACTIONS while it still writes the markers of the transaction before, which takes
 * milliseconds; that wait is not one of the retry policy's. Milliseconds.
 */
const FIRST_CONCURRENT_WAIT = 5;
const LONGEST_CONCURRENT_WAIT = 100;
const CONCURRENT_PATIENCE = 30_000;

/**
 * Requests of one transactional id to its coordinator and, for offsets, to a group's. Each call is an outermost
 * operation: it retries by the policy. Speaks the protocol of brokers from 2.1 on (before KIP-890's second version).
 */
export class TransactionCoordinator {
  readonly #cluster: Cluster;
  readonly #transactionalId: string;
  readonly #timeout: number;
  readonly #retry: RetryPolicy;

  /** @param timeout milliseconds after which the broker aborts a transaction by itself */
  constructor(cluster: Cluster, transactionalId: string, timeout: number, policy: RetryPolicy) {
    this.#cluster = cluster;
    this.#transactionalId = transactionalId;
    this.#timeout = timeout;
    this.#retry = policy;
  }

  /**
   * Takes the id: aborts what an earlier owner left open, and fences him. With `previous`, goes on from that identity to
   * its next epoch, if it is still the newest (KIP-360).
   */
  async identify(previous?: ProducerIdentity): Promise<ProducerIdentity> {
    const { producerId = -1n, producerEpoch = -1 } = previous ?? {};
    const api = previous === undefined ? InitProducerIdApi : BumpProducerEpochApi;
    const identity = await this.#send(api, this.#transactionalId, this.#timeout, producerId, producerEpoch);
    return { producerId: identity.producerId, producerEpoch: identity.producerEpoch };
  }

  async addPartitions({ producerId, producerEpoch }: ProducerIdentity, partitions: PartitionsByTopic): Promise<void> {
    const topics = [...partitions].map(([name, indexes]) => ({ name, partitions: [...indexes] }));
    const context = this.#transaction;
    await this.#repeat('transaction', this.#transactionalId, async node => {
      const { errorCode, resultsByTransaction } = await this.#cluster.request(node, 'default', AddPartitionsToTxnApi, [
        { transactionalId: this.#transactionalId, producerId, producerEpoch, verifyOnly: false, topics },
      ]);
      if (errorCode !== 0) {
        throw createProtocolError(errorCode, context);
      }
      const failed = resultsByTransaction
        .flatMap(({ topicResults }) => topicResults)
        .flatMap(({ name, resultsByPartition }) => resultsByPartition.map(result => ({ name, ...result })))
        .filter(({ partitionErrorCode }) => partitionErrorCode !== 0);
      // One bad partition keeps the broker from looking at the others; its own code is the reason.
      const first =
        failed.find(({ partitionErrorCode }) => partitionErrorCode !== OPERATION_NOT_ATTEMPTED) ?? failed[0];
      if (first !== undefined) {
        const { name, partitionIndex, partitionErrorCode } = first;
        throw createProtocolError(partitionErrorCode, `${context}, topic "${name}", partition ${partitionIndex}`);
      }
    });
  }

  async addGroup({ producerId, producerEpoch }: ProducerIdentity, groupId: string): Promise<void> {
    await this.#send(AddOffsetsToTxnApi, this.#transactionalId, producerId, producerEpoch, groupId);
  }

  /** The group's coordinator refuses offsets of a generation that is over, if one is given (KIP-447). */
  async commitOffsets({ producerId, producerEpoch }: ProducerIdentity, offsets: TransactionOffsets): Promise<void> {
    const { consumerGroupId: groupId, generationId = -1, memberId = '', groupInstanceId = null } = offsets;
    const topics = offsets.topics.map(({ topic, partitions }) => ({
      name: topic,
      partitions: partitions.map(({ partition, offset, metadata }) => ({
        partitionIndex: partition,
        committedOffset: BigInt(offset),
        committedLeaderEpoch: -1,
        committedMetadata: metadata ?? null,
      })),
    }));
    await this.#repeat('group', groupId, async node => {
      const response = await this.#cluster.request(
        node,
        'default',
        TxnOffsetCommitApi,
        this.#transactionalId,
        groupId,
        producerId,
        producerEpoch,
        generationId,
        memberId,
        groupInstanceId,
        topics,
      );
      for (const { name, partitions } of response.topics) {
        const failed = partitions.find(({ errorCode }) => errorCode !== 0);
        if (failed !== undefined) {
          const place = `group "${groupId}", topic "${name}", partition ${failed.partitionIndex}`;
          throw createProtocolError(failed.errorCode, `${this.#transaction}, ${place}`);
        }
      }
    });
  }

  async end({ producerId, producerEpoch }: ProducerIdentity, committed: boolean): Promise<void> {
    await this.#send(EndTxnApi, this.#transactionalId, producerId, producerEpoch, committed);
  }

  get #transaction(): string {
    return `Transaction of "${this.#transactionalId}"`;
  }

  #send<Args extends readonly unknown[], Response>(api: WireApi<Args, Response>, ...args: Args): Promise<Response> {
    return this.#repeat('transaction', this.#transactionalId, node =>
      this.#cluster.request(node, 'default', api, ...args),
    );
  }

  #repeat<Result>(
    type: 'transaction' | 'group',
    key: string,
    attempt: (nodeId: number) => Promise<Result>,
  ): Promise<Result> {
    const { signal } = this.#cluster;
    const deadline = performance.now() + CONCURRENT_PATIENCE;
    return retry(
      this.#retry,
      async () => {
        for (let wait = FIRST_CONCURRENT_WAIT; ; wait = Math.min(wait * 2, LONGEST_CONCURRENT_WAIT)) {
          try {
            return await attempt(await this.#cluster.findCoordinator(type, key, false));
          } catch (error) {
            if (isCoordinatorMoved(error)) {
              this.#cluster.forgetCoordinator(type, key);
            }
            if (!isConcurrent(error) || performance.now() > deadline) {
              throw error;
            }
            await sleep(wait, signal);
          }
        }
      },
      signal,
    );
  }
}
