import { Cluster } from '../cluster/cluster.js';
import type { ResolvedClientConfig } from '../config/resolved-config.js';
import { anything, optionFaults, throwFaults } from '../config/option-check.js';
import { resolveRetryPolicy, retryFaults } from '../config/retry-options.js';
import { KafkaJSAggregateError, KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { KafkaJSBrokerNotFound } from '../errors/connection-errors.js';
import { protocolErrorDefinition } from '../errors/protocol-error-table.js';
import { createProtocolError, KafkaJSCreateTopicError } from '../errors/protocol-errors.js';
import { InstrumentationEmitter, type InstrumentationListener } from '../instrumentation/instrumentation-emitter.js';
import type { Logger } from '../logger/logger.js';
import { retry, type RetryPolicy } from '../retry/retry-policy.js';
import type { WireApi } from '../wire/api.js';
import { CreateTopicsApi, DeleteTopicsApi, OffsetFetchApi } from '../wire/apis.js';
import {
  adminEvents,
  type Admin,
  type AdminConfig,
  type AdminEvents,
  type FetchOffsetsPartition,
  type ITopicConfig,
  type ITopicMetadata,
  type SeekEntry,
} from './admin-types.js';
import { EARLIEST, LATEST, lookUpOffsets } from './offset-lookup.js';
import { toCreatableTopics } from './topic-requests.js';

const DEFAULT_TIMEOUT = 5000;

/** KafkaJS's admin client. Every call is repeated by the retry policy while its errors are retriable. */
export class KafkaAdmin implements Admin {
  readonly events: AdminEvents = adminEvents;
  readonly #cluster: Cluster;
  readonly #retry: RetryPolicy;
  readonly #logger: Logger;
  readonly #emitter: InstrumentationEmitter;

  /** @throws KafkaJSConfigurationError listing every fault of `config`. */
  constructor(client: ResolvedClientConfig, config: AdminConfig = {}) {
    throwFaults('AdminConfig', [
      ...optionFaults<AdminConfig>(config, { retry: anything }),
      ...retryFaults(config?.retry),
    ]);
    this.#retry = resolveRetryPolicy(config.retry, client.retry);
    this.#cluster = new Cluster({ ...client, retry: this.#retry });
    this.#logger = client.logger.namespace('Admin');
    this.#emitter = new InstrumentationEmitter('admin', adminEvents, this.#logger);
  }

  async connect(): Promise<void> {
    await this.#cluster.connect();
    this.#emitter.emit(adminEvents.CONNECT, null);
  }

  async disconnect(): Promise<void> {
    await this.#cluster.disconnect();
    this.#emitter.emit(adminEvents.DISCONNECT, null);
  }

  on<Payload>(eventName: AdminEvents[keyof AdminEvents], listener: InstrumentationListener<Payload>): () => void {
    return this.#emitter.on(eventName, listener);
  }

  logger(): Logger {
    return this.#logger;
  }

  async listTopics(): Promise<string[]> {
    return (await this.#cluster.listTopics()).map(({ name }) => name);
  }

  /**
   * Creates topics; false if all of them existed.
   * @throws KafkaJSAggregateError with one KafkaJSCreateTopicError for each topic that was refused.
   */
  async createTopics(options: {
    validateOnly?: boolean;
    waitForLeaders?: boolean;
    timeout?: number;
    topics: ITopicConfig[];
  }): Promise<boolean> {
    const { validateOnly = false, waitForLeaders = true, timeout = DEFAULT_TIMEOUT } = options;
    const topics = toCreatableTopics(options.topics);
    const { topics: results } = await this.#onController(CreateTopicsApi, [topics, timeout, validateOnly], response =>
      response.topics.map(({ errorCode }) => errorCode),
    );
    const failed = results.filter(({ errorCode }) => errorCode !== 0);
    if (failed.length > 0) {
      const errors = failed.map(({ name, errorCode, errorMessage }) => {
        const definition = protocolErrorDefinition(errorCode);
        const message = `Topic "${name}": ${errorMessage ?? definition.message}`;
        return new KafkaJSCreateTopicError({ ...definition, message }, name);
      });
      if (errors.every(({ type }) => type === 'TOPIC_ALREADY_EXISTS')) {
        return false;
      }
      throw new KafkaJSAggregateError(`Topic creation errors: ${errors.map(e => e.message).join('; ')}`, errors);
    }
    if (waitForLeaders && !validateOnly) {
      await this.#waitForLeaders(topics.map(({ name }) => name));
    }
    return true;
  }

  /** @throws KafkaJSProtocolError naming the first topic that was refused; the others are deleted. */
  async deleteTopics({ topics, timeout = DEFAULT_TIMEOUT }: { topics: string[]; timeout?: number }): Promise<void> {
    if (!Array.isArray(topics) || topics.some(topic => typeof topic !== 'string')) {
      throw new KafkaJSNonRetriableError('Invalid topics array: it must hold topic names');
    }
    const { responses } = await this.#onController(
      DeleteTopicsApi,
      [topics.map(name => ({ name })), timeout],
      response => response.responses.map(({ errorCode }) => errorCode),
    );
    for (const topic of topics) {
      this.#cluster.invalidate(topic);
    }
    const failed = responses.find(({ errorCode }) => errorCode !== 0);
    if (failed !== undefined) {
      throw createProtocolError(failed.errorCode, `Topic "${failed.name}"`, failed.errorMessage);
    }
  }

  async fetchTopicMetadata({ topics = [] }: { topics?: string[] } = {}): Promise<{ topics: ITopicMetadata[] }> {
    const found = topics.length > 0 ? (await this.#cluster.metadata(topics)).topics : await this.#cluster.listTopics();
    return { topics: found.map(({ name, partitions }) => ({ name, partitions })) };
  }

  /** The first and the next offset of each partition. */
  async fetchTopicOffsets(topic: string): Promise<(SeekEntry & { high: string; low: string })[]> {
    return this.#atLeaders(topic, async () => {
      const high = await lookUpOffsets(this.#cluster, topic, LATEST);
      const low = await lookUpOffsets(this.#cluster, topic, EARLIEST);
      return high.map(({ partition, offset }, index) => ({
        partition,
        offset: String(offset),
        high: String(offset),
        low: String(low[index]?.offset ?? -1n),
      }));
    });
  }

  /** The first offset of each partition at or after `timestamp` (milliseconds); its end, if there is none. */
  async fetchTopicOffsetsByTimestamp(topic: string, timestamp?: number): Promise<SeekEntry[]> {
    return this.#atLeaders(topic, async () => {
      const end = await lookUpOffsets(this.#cluster, topic, LATEST);
      const found = timestamp === undefined ? end : await lookUpOffsets(this.#cluster, topic, BigInt(timestamp));
      return found.map(({ partition, offset }, index) => ({
        partition,
        offset: String(offset < 0n ? (end[index]?.offset ?? -1n) : offset),
      }));
    });
  }

  /** Committed offsets of a group; "-1" where it has none, or with `resolveOffsets` the partition's end. */
  async fetchOffsets(options: {
    groupId: string;
    topics?: string[];
    resolveOffsets?: boolean;
  }): Promise<{ topic: string; partitions: FetchOffsetsPartition[] }[]> {
    const { groupId, topics = [], resolveOffsets = false } = options;
    if (typeof groupId !== 'string' || groupId === '') {
      throw new KafkaJSNonRetriableError(`Invalid groupId ${String(groupId)}`);
    }
    const group = await retry(this.#retry, () => this.#committedOffsets(groupId, topics), this.#cluster.signal);
    const result = group.map(({ name, partitions }) => ({
      topic: name,
      partitions: partitions
        .map(({ partitionIndex, committedOffset, metadata }) => ({
          partition: partitionIndex,
          offset: String(committedOffset),
          metadata: metadata ?? null,
        }))
        .sort((a, b) => a.partition - b.partition),
    }));
    if (resolveOffsets) {
      for (const { topic, partitions } of result) {
        const ends = await this.fetchTopicOffsets(topic);
        for (const entry of partitions) {
          if (entry.offset === '-1') {
            entry.offset = ends.find(({ partition }) => partition === entry.partition)?.high ?? '-1';
          }
        }
      }
    }
    return result;
  }

  async describeCluster(): Promise<{
    brokers: { nodeId: number; host: string; port: number }[];
    controller: number | null;
    clusterId: string;
  }> {
    const { brokers, controllerId, clusterId } = await this.#cluster.metadata([]);
    return {
      brokers: brokers.map(({ nodeId, host, port }) => ({ nodeId, host, port })),
      controller: controllerId < 0 ? null : controllerId,
      clusterId: clusterId ?? '',
    };
  }

  async #committedOffsets(
    groupId: string,
    topics: readonly string[],
  ): Promise<
    {
      name: string;
      partitions: { partitionIndex: number; committedOffset: bigint; metadata?: string | null | undefined }[];
    }[]
  > {
    if (topics.length > 0) {
      await this.#cluster.metadata(topics, { retry: false });
    }
    const wanted = topics.map(name => ({
      name,
      partitionIndexes: this.#cluster.findTopicPartitionMetadata(name).map(({ partitionId }) => partitionId),
    }));
    const coordinator = await this.#cluster.findCoordinator('group', groupId, false);
    const response = await this.#cluster.request(
      coordinator,
      'default',
      OffsetFetchApi,
      [{ groupId, memberId: null, memberEpoch: -1, topics: wanted.length > 0 ? wanted : null }],
      false,
    );
    const [group] = response.groups;
    const code = group?.errorCode ?? -1;
    if (group === undefined || code !== 0) {
      this.#cluster.forgetCoordinator('group', groupId);
      throw createProtocolError(code, `Group "${groupId}"`);
    }
    for (const { name, partitions } of group.topics) {
      const failed = partitions.find(({ errorCode }) => errorCode !== 0);
      if (failed !== undefined) {
        throw createProtocolError(
          failed.errorCode,
          `Group "${groupId}", topic "${name}", partition ${failed.partitionIndex}`,
        );
      }
    }
    return group.topics;
  }

  /** Runs a lookup at the partitions' leaders, with metadata that is read again after an error that says it is stale. */
  #atLeaders<Result>(topic: string, look: () => Promise<Result>): Promise<Result> {
    return retry(
      this.#retry,
      async () => {
        await this.#cluster.metadata([topic], { retry: false });
        return look();
      },
      this.#cluster.signal,
    );
  }

  /** Sends a request to the controller; again to the new one while a code of the response says that it has moved. */
  #onController<Args extends readonly unknown[], Response>(
    api: WireApi<Args, Response>,
    args: Args,
    codes: (response: Response) => readonly number[],
  ): Promise<Response> {
    return retry(
      this.#retry,
      async () => {
        await this.#cluster.metadata([], { retry: false });
        const { controllerId } = this.#cluster;
        if (controllerId === undefined) {
          throw new KafkaJSBrokerNotFound('The cluster has no controller at the moment');
        }
        const response = await this.#cluster.request(controllerId, 'default', api, ...args);
        const moved = codes(response).find(code => protocolErrorDefinition(code).type === 'NOT_CONTROLLER');
        if (moved !== undefined) {
          throw createProtocolError(moved, api.name);
        }
        return response;
      },
      this.#cluster.signal,
    );
  }

  /** The controller knows a topic before the other brokers do, and the topic before its leaders. */
  #waitForLeaders(topics: readonly string[]): Promise<void> {
    return retry(
      this.#retry,
      async () => {
        const metadata = await this.#cluster.metadata(topics, { retry: false });
        for (const { name, partitions } of metadata.topics) {
          const leaderless = partitions.find(({ leader }) => leader < 0);
          if (leaderless !== undefined) {
            throw createProtocolError(5, `Topic "${name}", partition ${leaderless.partitionId}`);
          }
        }
      },
      this.#cluster.signal,
    );
  }
}
