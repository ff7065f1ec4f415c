import type { ResolvedClientConfig } from '../config/resolved-config.js';
import { KafkaJSConnectionError, KafkaJSRequestTimeoutError } from '../errors/connection-errors.js';
import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { createProtocolError } from '../errors/protocol-errors.js';
import { retry, type RetryPolicy } from '../retry/retry-policy.js';
import type { WireApi } from '../wire/api.js';
import { MetadataApi } from '../wire/apis.js';
import type { NetworkListener } from '../wire/network-events.js';
import { BrokerPool } from './broker-pool.js';
import type { Broker, Channel } from './broker.js';
import {
  toClusterMetadata,
  type ClusterMetadata,
  type PartitionMetadata,
  type TopicMetadata,
} from './cluster-metadata.js';
import { Coordinators, type CoordinatorType } from './coordinators.js';
import { LeaderWatch } from './leader-watch.js';
import { MetadataCache } from './metadata-cache.js';

export interface ClusterOptions {
  /** Milliseconds by channel; default: the client's requestTimeout. */
  readonly requestTimeouts?: Partial<Record<Channel, number>>;
  /** Requests on their way over one connection; lowers the limits of the channels (1 to 16). */
  readonly maxInFlight?: number | undefined;
  /** Told of every request. */
  readonly network?: NetworkListener;
}

export interface MetadataOptions {
  /** Milliseconds; default 0: ask the cluster. */
  readonly maxAge?: number;
  /** Default false. */
  readonly allowAutoTopicCreation?: boolean;
  /** Default: the client's policy. False is one attempt and its own error, for callers that retry themselves. */
  readonly retry?: RetryPolicy | false;
}

interface PendingRefresh {
  readonly topics: Set<string>;
  /** Error codes of the topics that cannot be used. */
  readonly done: Promise<ReadonlyMap<string, number>>;
}

/**
 * The client's view of one Kafka cluster: metadata, leaders, coordinators, and requests to nodes.
 *
 * `request` makes one attempt; whoever calls it retries, because only he knows what a retry means. When a node cannot
 * be reached, everything that was known to live on it is asked for again before its next use.
 */
export class Cluster {
  readonly #config: ResolvedClientConfig;
  readonly #brokers: BrokerPool;
  readonly #coordinators: Coordinators;
  readonly #cache = new MetadataCache();
  readonly #leaders = new LeaderWatch({
    refresh: topics => this.metadata(topics, { retry: false }),
    leaderOf: (topic, partition) => this.leaderOf(topic, partition),
  });
  readonly #pending = new Map<boolean, PendingRefresh>();
  #lifetime = new AbortController();
  #connected = false;

  constructor(config: ResolvedClientConfig, options: ClusterOptions = {}) {
    this.#config = config;
    const { requestTimeout, clientId, tls, sasl, socketFactory, connectionTimeout, authenticationTimeout } = config;
    const { reauthenticationThreshold, logger } = config;
    const requestTimeouts: Record<Channel, number> = {
      default: requestTimeout,
      group: requestTimeout,
      commit: requestTimeout,
      fetch: requestTimeout,
      'catch-up': requestTimeout,
      produce: requestTimeout,
      ...options.requestTimeouts,
    };
    this.#brokers = new BrokerPool(config.brokers, {
      clientId,
      tls,
      sasl,
      connectionTimeout,
      authenticationTimeout,
      reauthenticationThreshold,
      socketFactory,
      logger,
      network: options.network,
      maxInFlight: options.maxInFlight,
      requestTimeouts,
    });
    this.#coordinators = new Coordinators(this.#brokers);
  }

  /** Aborted on disconnect; waits between attempts end with it. */
  get signal(): AbortSignal {
    return this.#lifetime.signal;
  }

  isConnected(): boolean {
    return this.#connected;
  }

  /**
   * Finds the cluster through its seed brokers, with the client's retry policy.
   * @throws KafkaJSSASLAuthenticationError at once; KafkaJSNumberOfRetriesExceeded naming every address tried.
   */
  async connect(): Promise<void> {
    if (this.#connected) {
      return;
    }
    if (this.#lifetime.signal.aborted) {
      this.#lifetime = new AbortController();
    }
    this.#brokers.open();
    await retry(this.#config.retry, () => this.#refresh([], false), this.signal);
    this.#connected = true;
  }

  /** Closes every connection; requests on their way fail, waits end. Never rejects. */
  async disconnect(): Promise<void> {
    this.#connected = false;
    this.#lifetime.abort(new KafkaJSNonRetriableError('The client was disconnected'));
    this.#coordinators.clear();
    this.#leaders.clear();
    this.#cache.clear();
    await this.#brokers.close();
  }

  /**
   * Metadata of `topics`, from the cache where it is young enough. Calls of one tick share one request.
   * @throws KafkaJSProtocolError naming the topic, after the retry policy if the cluster may still mend it.
   */
  async metadata(topics: readonly string[], options: MetadataOptions = {}): Promise<ClusterMetadata> {
    const { maxAge = 0, allowAutoTopicCreation = false, retry: policy = this.#config.retry } = options;
    const started = performance.now();
    const attempt = async (): Promise<void> => {
      // Whatever an earlier attempt of this call has read already is young enough for this call.
      const age = Math.max(maxAge, performance.now() - started);
      const missing = topics.filter(topic => this.#cache.fresh(topic, age) === undefined);
      if (missing.length > 0 || topics.length === 0) {
        await this.#refresh(missing, allowAutoTopicCreation);
      }
    };
    await this.#attempt(policy, attempt);
    return this.#snapshot(topics.map(topic => this.#cache.get(topic)).filter(topic => topic !== undefined));
  }

  /** Every topic of the cluster that this client may see, not cached. Topics with an error code are among them. */
  async listTopics(): Promise<readonly TopicMetadata[]> {
    const metadata = await retry(this.#config.retry, () => this.#ask(null, false), this.signal);
    return metadata.topics;
  }

  /** Node id of the partition's leader as last known; undefined if there is none. */
  leaderOf(topic: string, partition: number): number | undefined {
    const leader = this.#cache.partition(topic, partition)?.leader;
    return leader === undefined || leader < 0 ? undefined : leader;
  }

  /** As `leaderOf`, but undefined once the topic's metadata was invalidated. */
  validLeaderOf(topic: string, partition: number): number | undefined {
    return this.isFresh(topic, Number.POSITIVE_INFINITY) ? this.leaderOf(topic, partition) : undefined;
  }

  /**
   * For who waits to try again: asks for metadata several times a second, and calls `onMoved` once it names a leader other
   * than `from`. @returns what stops it
   */
  watchLeader(topic: string, partition: number, from: number | undefined, onMoved: () => void): () => void {
    return this.#leaders.watch(topic, partition, from, onMoved);
  }

  /** True if the topic's metadata is younger than `maxAge` milliseconds and was not invalidated. */
  isFresh(topic: string, maxAge: number): boolean {
    return this.#cache.fresh(topic, maxAge) !== undefined;
  }

  /** The topic's id, where the broker has ids; Fetch needs it. */
  topicId(topic: string): string | undefined {
    return this.#cache.get(topic)?.topicId;
  }

  /** The topic's partitions as last known; empty if it is not. */
  findTopicPartitionMetadata(topic: string): PartitionMetadata[] {
    return this.#cache.get(topic)?.partitions ?? [];
  }

  /** The next `metadata` call for the topic asks the cluster, whatever its `maxAge`. */
  invalidate(topic: string): void {
    this.#cache.invalidate(topic);
  }

  /** Node id of the coordinator, cached. Retries as the client's policy says, unless given another or false. */
  findCoordinator(
    type: CoordinatorType,
    key: string,
    policy: RetryPolicy | false = this.#config.retry,
  ): Promise<number> {
    return this.#attempt(policy, () => this.#coordinators.find(type, key));
  }

  /** To be called when a node answers NOT_COORDINATOR or cannot be reached. */
  forgetCoordinator(type: CoordinatorType, key: string): void {
    this.#coordinators.forget(type, key);
  }

  /** Sends one request to one node, once. */
  async request<Args extends readonly unknown[], Response>(
    nodeId: number,
    channel: Channel,
    api: WireApi<Args, Response>,
    ...args: Args
  ): Promise<Response> {
    try {
      return await this.#brokers.node(nodeId).request(channel, api, args);
    } catch (error) {
      if (error instanceof KafkaJSConnectionError || error instanceof KafkaJSRequestTimeoutError) {
        this.#cache.invalidateNode(nodeId);
        this.#coordinators.forgetNode(nodeId);
      }
      throw error;
    }
  }

  /** Ends what is on its way over `channel`, to whatever node; the next request connects anew. Never rejects. */
  closeChannel(channel: Channel): Promise<void> {
    return this.#brokers.closeChannel(channel);
  }

  /** Sends one request to whichever broker answers first in turn. */
  requestAny<Args extends readonly unknown[], Response>(
    api: WireApi<Args, Response>,
    ...args: Args
  ): Promise<Response> {
    return this.#brokers.withAnyBroker((broker: Broker) => broker.request('default', api, args));
  }

  /** Node id of the controller as last known; undefined if the cluster has none. */
  get controllerId(): number | undefined {
    return this.#cache.controllerId < 0 ? undefined : this.#cache.controllerId;
  }

  #attempt<Result>(policy: RetryPolicy | false, attempt: () => Promise<Result>): Promise<Result> {
    return policy === false ? attempt() : retry(policy, attempt, this.signal);
  }

  /** One attempt; joins a refresh that has not been sent yet. @throws KafkaJSProtocolError naming the first topic that cannot be used. */
  async #refresh(topics: readonly string[], allowAutoTopicCreation: boolean): Promise<void> {
    let pending = this.#pending.get(allowAutoTopicCreation);
    if (pending === undefined) {
      const names = new Set<string>();
      pending = { topics: names, done: this.#send(names, allowAutoTopicCreation) };
      this.#pending.set(allowAutoTopicCreation, pending);
    }
    for (const topic of topics) {
      pending.topics.add(topic);
    }
    const errors = await pending.done;
    for (const topic of topics) {
      const code = errors.get(topic);
      if (code !== undefined) {
        throw createProtocolError(code, `Topic "${topic}"`);
      }
    }
  }

  async #send(topics: Set<string>, allowAutoTopicCreation: boolean): Promise<ReadonlyMap<string, number>> {
    // Leaves the rest of this tick to callers that want other topics.
    await Promise.resolve();
    this.#pending.delete(allowAutoTopicCreation);
    const metadata = await this.#ask([...topics], allowAutoTopicCreation);
    this.#cache.nodes = metadata.brokers;
    this.#cache.controllerId = metadata.controllerId;
    this.#cache.clusterId = metadata.clusterId;
    const errors = new Map<string, number>();
    for (const topic of metadata.topics) {
      this.#cache.store(topic);
      if (topic.errorCode !== 0) {
        errors.set(topic.name, topic.errorCode);
      }
    }
    return errors;
  }

  async #ask(topics: string[] | null, allowAutoTopicCreation: boolean): Promise<ClusterMetadata> {
    const metadata = await this.#brokers.withAnyBroker(async broker =>
      toClusterMetadata(await broker.request('default', MetadataApi, [topics, allowAutoTopicCreation, false])),
    );
    if (metadata.brokers.length > 0) {
      this.#brokers.replace(metadata.brokers);
    }
    return metadata;
  }

  #snapshot(topics: readonly TopicMetadata[]): ClusterMetadata {
    const { clusterId, controllerId, nodes } = this.#cache;
    return { clusterId, controllerId, brokers: nodes, topics };
  }
}
