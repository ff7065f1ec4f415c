import { Cluster } from '../cluster/cluster.js';
import { CompressionTypes, isCompressionType } from '../codec/compression.js';
import type { ResolvedClientConfig } from '../config/resolved-config.js';
import { KafkaJSError, KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { KafkaJSTimeout } from '../errors/client-errors.js';
import { InstrumentationEmitter, type InstrumentationListener } from '../instrumentation/instrumentation-emitter.js';
import { networkInstrumentation } from '../instrumentation/network-instrumentation.js';
import type { Logger } from '../logger/logger.js';
import type { Numbering } from './numbering.js';
import type { PartitionerArgs } from './partitioners/partitioner.js';
import type { BatchTerms } from './producer-batch.js';
import { ProducerIdentities } from './producer-identity.js';
import { resolveProducerConfig, type ResolvedProducerConfig } from './producer-options.js';
import { producerEvents, type Producer, type ProducerConfig, type ProducerEvents } from './producer-types.js';
import {
  type ProducerBatch,
  type ProducerRecord,
  type RecordMetadata,
  type TopicMessages,
} from './producer-records.js';
import { SendPath } from './send-path.js';
import { ProducerTransaction } from './transaction/producer-transaction.js';
import { TransactionCoordinator } from './transaction/transaction-coordinator.js';
import { TransactionManager } from './transaction/transaction-manager.js';
import type { Transaction } from './transaction/transaction-types.js';

const DEFAULT_TIMEOUT = 30_000;

/** What lives from one connect to the next disconnect. */
interface Session {
  /** Of this session only: a partition's numbering starts again with it. */
  readonly identities: ProducerIdentities;
  readonly path: SendPath;
  readonly transactions: TransactionManager | undefined;
}

/**
 * KafkaJS's producer.
 *
 * States: `disconnected` -> connect -> `connected` -> disconnect -> `disconnecting` (what was sent settles) ->
 * `disconnected`. A send outside `connected` is refused at once.
 */
export class KafkaProducer implements Producer {
  readonly events: ProducerEvents = producerEvents;
  readonly #cluster: Cluster;
  readonly #config: ResolvedProducerConfig;
  readonly #logger: Logger;
  readonly #emitter: InstrumentationEmitter;
  readonly #flushTimeout: number;
  readonly #partitioner: (args: PartitionerArgs) => number;
  #session: Session;
  /** Checked already; nearly always those of the next send. */
  #lastTerms: BatchTerms | undefined;
  #state: 'disconnected' | 'connected' | 'disconnecting' = 'disconnected';

  /** @throws KafkaJSConfigurationError listing every fault of `config`. */
  constructor(client: ResolvedClientConfig, config: ProducerConfig = {}) {
    this.#config = resolveProducerConfig(config, client.retry);
    this.#logger = client.logger.namespace('Producer');
    this.#emitter = new InstrumentationEmitter('producer', producerEvents, this.#logger);
    this.#cluster = new Cluster(client, {
      maxInFlight: this.#config.maxInFlightRequests,
      network: networkInstrumentation(this.#emitter, producerEvents),
    });
    this.#flushTimeout = client.requestTimeout;
    this.#partitioner = this.#config.createPartitioner();
    this.#session = this.#createSession();
  }

  async connect(): Promise<void> {
    await this.#cluster.connect();
    if (this.#state === 'disconnected') {
      this.#session = this.#createSession();
    }
    this.#state = 'connected';
    this.#emitter.emit(producerEvents.CONNECT, null);
  }

  async disconnect(): Promise<void> {
    if (this.#state === 'connected') {
      this.#state = 'disconnecting';
      await this.#flush();
    }
    const reason = new KafkaJSNonRetriableError('The producer was disconnected before the message was sent');
    this.#session.path.close(reason);
    this.#session.transactions?.close(reason);
    await this.#cluster.disconnect();
    this.#state = 'disconnected';
    this.#emitter.emit(producerEvents.DISCONNECT, null);
  }

  /** True unless `idempotent: false`: sends with `acks: -1` are then written exactly once and in order. */
  isIdempotent(): boolean {
    return this.#config.idempotent !== false && this.#session.identities.isAvailable;
  }

  on<Payload>(eventName: ProducerEvents[keyof ProducerEvents], listener: InstrumentationListener<Payload>): () => void {
    return this.#emitter.on(eventName, listener);
  }

  logger(): Logger {
    return this.#logger;
  }

  /**
   * Resolves once the messages are acknowledged, with the place of the first one on each partition.
   * @throws KafkaJSNonRetriableError for messages that cannot be sent (nothing is sent then), KafkaJSNumberOfRetriesExceeded.
   */
  send({ topic, messages, acks, timeout, compression }: ProducerRecord): Promise<RecordMetadata[]> {
    return this.#send([{ topic, messages }], acks, timeout, compression);
  }

  /** As `send`, for many topics. If some messages cannot be written the others may have been. */
  async sendBatch({ acks, timeout, compression, topicMessages = [] }: ProducerBatch): Promise<RecordMetadata[]> {
    return this.#send(topicMessages, acks, timeout, compression);
  }

  /**
   * Begins a transaction. One at a time; sends of the producer itself stay outside of it.
   * @throws KafkaJSNonRetriableError without a `transactionalId` or while another one is open; KafkaJSProtocolError
   * (PRODUCER_FENCED, INVALID_PRODUCER_EPOCH) once another producer has taken the id.
   */
  async transaction(): Promise<Transaction> {
    this.#assertConnected();
    const { transactions } = this.#session;
    if (transactions === undefined) {
      throw new KafkaJSNonRetriableError(
        'Must provide transactional id for transactional producer: producer({ transactionalId: "..." })',
      );
    }
    const ticket = await transactions.begin();
    return new ProducerTransaction(transactions, ticket, ({ acks, timeout, compression }) => {
      this.#assertConnected();
      if (acks !== undefined && acks !== -1) {
        throw new KafkaJSNonRetriableError(`A transaction needs "acks: -1", not ${String(acks)}: leave it out`);
      }
      return this.#terms(acks, timeout, compression);
    });
  }

  #send(
    topicMessages: readonly TopicMessages[],
    acks: number | undefined,
    timeout: number | undefined,
    compression: unknown,
  ): Promise<RecordMetadata[]> {
    try {
      const terms = this.#terms(acks, timeout, compression);
      this.#assertConnected();
      return this.#session.path.send(topicMessages, terms);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #terms(acks = -1, timeout = DEFAULT_TIMEOUT, compression: unknown = CompressionTypes.None): BatchTerms {
    const last = this.#lastTerms;
    if (last?.acks === acks && last.timeoutMs === timeout && last.compression === compression) {
      return last;
    }
    if (acks !== -1 && acks !== 0 && acks !== 1) {
      throw new KafkaJSNonRetriableError(`"acks" must be -1 (all replicas), 1 (the leader) or 0, not ${String(acks)}`);
    }
    if (this.#config.idempotent === true && acks !== -1) {
      throw new KafkaJSNonRetriableError(
        `An idempotent producer needs "acks: -1", not ${acks}: set "idempotent: false"`,
      );
    }
    if (!Number.isSafeInteger(timeout) || timeout < 0) {
      throw new KafkaJSNonRetriableError(`"timeout" must be milliseconds, not ${String(timeout)}`);
    }
    if (!isCompressionType(compression)) {
      throw new KafkaJSNonRetriableError(`"compression" must be one of CompressionTypes, not ${String(compression)}`);
    }
    this.#lastTerms = { acks, timeoutMs: timeout, compression };
    return this.#lastTerms;
  }

  #assertConnected(): void {
    if (this.#state === 'disconnecting') {
      throw new KafkaJSNonRetriableError("The producer is disconnecting; therefore, it can't accept messages anymore");
    }
    if (this.#state === 'disconnected') {
      throw new KafkaJSError('The producer is disconnected: call connect() first');
    }
  }

  #createSession(): Session {
    const identities = new ProducerIdentities(this.#cluster, this.#logger, this.#config.idempotent === true);
    const createPath = (numbering: Numbering): SendPath =>
      new SendPath(this.#cluster, this.#config, this.#partitioner, this.#logger, numbering);
    const { transactionalId, transactionTimeout, retry } = this.#config;
    return {
      identities,
      path: createPath(identities),
      transactions:
        transactionalId === undefined
          ? undefined
          : new TransactionManager(
              transactionalId,
              new TransactionCoordinator(this.#cluster, transactionalId, transactionTimeout, retry),
              createPath,
            ),
    };
  }

  async #flush(): Promise<void> {
    const { path, transactions } = this.#session;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<'timeout'>(resolve => {
      timer = setTimeout(() => resolve('timeout'), this.#flushTimeout);
    });
    const outcome = await Promise.race([Promise.all([path.drain(), this.#abandon(transactions)]), timeout]);
    clearTimeout(timer);
    if (outcome === 'timeout') {
      const { message } = new KafkaJSTimeout(
        `Not every message was acknowledged within ${this.#flushTimeout} ms of disconnect(); their sends fail`,
      );
      this.#logger.error(message, { sends: path.pendingCount });
    }
  }

  /** An open transaction holds up every reader of committed messages until its timeout; so it is not left behind. */
  async #abandon(transactions: TransactionManager | undefined): Promise<void> {
    try {
      await transactions?.abandon();
    } catch (error) {
      const { message } = error instanceof Error ? error : new Error(String(error));
      const { transactionalId, transactionTimeout } = this.#config;
      this.#logger.warn(
        `The open transaction could not be aborted, the broker does it after ${transactionTimeout} ms: ${message}`,
        { transactionalId },
      );
    }
  }
}
