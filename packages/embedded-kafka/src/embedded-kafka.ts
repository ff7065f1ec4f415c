import { ApiTable } from './api/api-table.js';
import { registry } from './api/registry.js';
import type { Broker } from './broker.js';
import { realClock } from './clock.js';
import { Cluster } from './cluster/cluster.js';
import { LogMaintenance } from './cluster/log-maintenance.js';
import { ProducerIds } from './cluster/producer-ids.js';
import {
  configPairs,
  resolveOptions,
  topicFaults,
  toTopicOptions,
  type EmbeddedKafkaOptions,
  type ResolvedOptions,
  type TopicOptions,
} from './embedded-kafka-options.js';
import { EmbeddedKafkaError } from './errors/embedded-kafka-error.js';
import { FaultInjector } from './faults/fault-injector.js';
import { GroupCoordinator } from './group/group-coordinator.js';
import { readRecords, UnreadableBatchError, type LogRecord } from './log/record-reader.js';
import { SocketServer } from './net/socket-server.js';
import { errorName } from './protocol/errors.js';
import { BrokerParticipants } from './txn/broker-participants.js';
import { TransactionCoordinator } from './txn/transaction-coordinator.js';

/** Kafka's `socket.request.max.bytes`. */
const MAX_REQUEST_BYTES = 104_857_600;
const NODE_ID = 1;

/** Which transactions' records are shown, by Kafka's names. */
export type IsolationLevel = 'read_committed' | 'read_uncommitted';

/** A record as it lies in a partition. */
export interface StoredRecord extends LogRecord {
  readonly partition: number;
}

/**
 * A Kafka broker in this process, for development and tests: any Kafka client connects to it.
 *
 *     await using kafka = await EmbeddedKafka.start({ topics: ['orders'] });
 *     const client = new Kafka({ brokers: kafka.brokers });
 *
 * What it keeps is in memory and gone after `stop`.
 */
export class EmbeddedKafka {
  private isStopped = false;
  private stopping: Promise<void> | undefined;

  private constructor(
    private readonly broker: Broker,
    private readonly server: SocketServer,
  ) {}

  /**
   * Starts a broker; it serves clients when the promise resolves.
   * @throws EmbeddedKafkaError INVALID_OPTIONS with all faults, LISTEN_FAILED, or TOPIC_REFUSED
   */
  static async start(options: EmbeddedKafkaOptions = {}): Promise<EmbeddedKafka> {
    const resolved = resolveOptions(options);
    const { host, port, logger } = resolved;
    const broker = createBroker(resolved);
    const server = new SocketServer(broker, { host, port, maxFrameBytes: MAX_REQUEST_BYTES });
    const boundPort = await listen(server, `${host}:${port}`);
    broker.cluster.nodes.push({
      id: NODE_ID,
      host: advertisedHost(host),
      port: boundPort,
      rack: null,
    });
    const kafka = new EmbeddedKafka(broker, server);
    try {
      for (const topic of resolved.topics) kafka.create(topic);
    } catch (error) {
      await kafka.stop();
      throw error;
    }
    logger.info(`EmbeddedKafka listens on ${kafka.brokers.join(', ')}`);
    return kafka;
  }

  /** Addresses for a client's `brokers` or `bootstrap.servers`, e.g. `['127.0.0.1:40211']`. */
  get brokers(): string[] {
    return this.broker.cluster.nodes.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`);
  }

  /** Lets chosen requests fail, see `Fault`. */
  get faults(): Pick<FaultInjector, 'inject' | 'clear'> {
    return this.broker.faults;
  }

  /**
   * Creates a topic.
   * @throws EmbeddedKafkaError INVALID_OPTIONS, or TOPIC_REFUSED, e.g. because it exists
   */
  async createTopic(topic: string | TopicOptions): Promise<void> {
    this.assertRunning('createTopic');
    const options = toTopicOptions(topic);
    const faults = topicFaults(options);
    if (faults.length > 0) throw new EmbeddedKafkaError('INVALID_OPTIONS', [faults]);
    this.create(options);
  }

  /**
   * Deletes a topic with its records and the offsets that groups committed for it.
   * @throws EmbeddedKafkaError UNKNOWN_TOPIC
   */
  async deleteTopic(name: string): Promise<void> {
    this.assertRunning('deleteTopic');
    const { cluster, groups } = this.broker;
    cluster.deleteTopic(this.topic(name));
    groups.forgetTopic(name);
  }

  /**
   * All records of a topic, partition by partition, in the order of their offsets: what a consumer with this isolation
   * level would get. Markers of transactions are not records.
   * @param isolationLevel default `read_committed`: without records of aborted transactions, and of open ones; only
   *   `read_uncommitted` also shows what follows the first open one
   * @throws EmbeddedKafkaError UNKNOWN_TOPIC, or UNREADABLE_RECORDS for a compression that Node has not (snappy, lz4)
   */
  async records(name: string, isolationLevel: IsolationLevel = 'read_committed'): Promise<StoredRecord[]> {
    this.assertRunning('records');
    const { partitions } = this.topic(name);
    return partitions.flatMap(({ index, log }) => {
      try {
        const batches = isolationLevel === 'read_committed' ? log.committedBatches() : log.dataBatches();
        return Array.from(batches, readRecords)
          .flat()
          .map(record => ({ partition: index, ...record }));
      } catch (cause) {
        if (!(cause instanceof UnreadableBatchError)) throw cause;
        throw new EmbeddedKafkaError('UNREADABLE_RECORDS', [name, index, cause.message], { cause });
      }
    });
  }

  /**
   * Deletes what `retention.ms` and `retention.bytes` of its topic say is too old or too much, now. The broker does so by
   * itself as well: by size when a segment is full, by time within five minutes of it, as Kafka does.
   */
  async applyRetention(): Promise<void> {
    this.assertRunning('applyRetention');
    this.broker.maintenance.applyRetention();
  }

  /** Cuts all connections, as a failing network would; clients may connect again at once. */
  dropConnections(): void {
    this.server.dropConnections();
  }

  /** Cuts all connections and frees the port. May be called again; it leaves no handle and no timer behind. */
  stop(): Promise<void> {
    this.isStopped = true;
    this.stopping ??= (async () => {
      this.broker.faults.clear();
      await this.server.close();
      this.broker.maintenance.close();
      this.broker.transactions.close();
      this.broker.groups.close();
    })();
    return this.stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  private create({ name, partitions = -1, configs }: TopicOptions): void {
    const { cluster } = this.broker;
    const created = cluster.createTopic({
      name,
      partitions,
      replicationFactor: -1,
      assignments: [],
      configs: configPairs(configs),
    });
    if ('errorCode' in created) {
      throw new EmbeddedKafkaError('TOPIC_REFUSED', [name, errorName(created.errorCode), created.reason]);
    }
  }

  private topic(name: string): NonNullable<ReturnType<Cluster['topic']>> {
    const { cluster } = this.broker;
    const topic = cluster.topic(name);
    if (!topic) throw new EmbeddedKafkaError('UNKNOWN_TOPIC', [name, Array.from(cluster.topics, each => each.name)]);
    return topic;
  }

  private assertRunning(operation: string): void {
    if (this.isStopped) throw new EmbeddedKafkaError('STOPPED', [operation]);
  }
}

function createBroker(options: ResolvedOptions): Broker {
  const { autoCreateTopics, defaultPartitions, transactionVersion, logger } = options;
  const clock = realClock;
  const cluster = new Cluster(defaultPartitions);
  const producerIds = new ProducerIds();
  const groups = new GroupCoordinator({
    clock,
    logger,
    options: {
      initialRebalanceDelayMs: options.groupInitialRebalanceDelayMs,
      minSessionTimeoutMs: options.groupMinSessionTimeoutMs,
    },
  });
  const transactions = new TransactionCoordinator({
    clock,
    logger,
    participants: new BrokerParticipants(clock, cluster, groups),
    takeProducerId: () => producerIds.take(),
  });
  const maintenance = new LogMaintenance(clock, cluster);
  const settings = { autoCreateTopics, defaultPartitions, transactionVersion };
  const apis = new ApiTable(registry);
  const faults = new FaultInjector(apis.all().map(({ name }) => name));
  return { clock, logger, cluster, groups, transactions, producerIds, maintenance, apis, faults, settings };
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
