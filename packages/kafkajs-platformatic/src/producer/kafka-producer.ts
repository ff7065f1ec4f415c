import { Cluster } from '../cluster/cluster.js';
import { prepareRecord } from '../codec/prepared-record.js';
import { CompressionTypes, isCompressionType } from '../codec/compression.js';
import type { ResolvedClientConfig } from '../config/resolved-config.js';
import { KafkaJSError, KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { KafkaJSTimeout } from '../errors/client-errors.js';
import { InstrumentationEmitter, type InstrumentationListener } from '../instrumentation/instrumentation-emitter.js';
import type { Logger } from '../logger/logger.js';
import { BufferMemory } from './buffer-memory.js';
import type { PartitionerArgs } from './partitioners/partitioner.js';
import { PendingSend } from './pending-send.js';
import type { BatchTerms } from './producer-batch.js';
import { ProducerIdentities } from './producer-identity.js';
import { resolveProducerConfig, type ResolvedProducerConfig } from './producer-options.js';
import {
  producerEvents,
  type Producer,
  type ProducerBatch,
  type ProducerConfig,
  type ProducerEvents,
  type ProducerRecord,
  type RecordMetadata,
  type TopicMessages,
} from './producer-types.js';
import { Sender } from './sender.js';
import { TopicIntake, type IntakeEntry } from './topic-intake.js';

const DEFAULT_TIMEOUT = 30_000;

/** What lives from one connect to the next disconnect. */
interface Session {
  /** Of this session only: a partition's numbering starts again with it. */
  readonly identities: ProducerIdentities;
  readonly sender: Sender;
  readonly memory: BufferMemory;
  readonly intakes: Map<string, TopicIntake>;
  readonly pending: Set<Promise<unknown>>;
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
  #state: 'disconnected' | 'connected' | 'disconnecting' = 'disconnected';

  /** @throws KafkaJSConfigurationError listing every fault of `config`. */
  constructor(client: ResolvedClientConfig, config: ProducerConfig = {}) {
    this.#config = resolveProducerConfig(config, client.retry);
    this.#cluster = new Cluster(client);
    this.#logger = client.logger.namespace('Producer');
    this.#emitter = new InstrumentationEmitter('producer', producerEvents, this.#logger);
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
    this.#session.sender.close(
      new KafkaJSNonRetriableError('The producer was disconnected before the message was sent'),
    );
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
  send({ topic, messages, ...terms }: ProducerRecord): Promise<RecordMetadata[]> {
    return this.sendBatch({ ...terms, topicMessages: [{ topic, messages }] });
  }

  /** As `send`, for many topics. If some messages cannot be written the others may have been. */
  async sendBatch({ acks, timeout, compression, topicMessages = [] }: ProducerBatch): Promise<RecordMetadata[]> {
    const terms = this.#terms(acks, timeout, compression);
    this.#assertConnected();
    const count = topicMessages.reduce((sum, { messages }) => sum + (Array.isArray(messages) ? messages.length : 0), 0);
    const send = new PendingSend(count);
    const now = Date.now();
    const entries = topicMessages.map(topic => [topic.topic, prepareEntry(topic, terms, send, now)] as const);
    for (const [topic, entry] of entries) {
      if (entry.records.length > 0) {
        this.#intake(topic).add(entry);
      }
    }
    const { pending } = this.#session;
    pending.add(send.promise);
    try {
      return await send.promise;
    } finally {
      pending.delete(send.promise);
    }
  }

  #terms(acks = -1, timeout = DEFAULT_TIMEOUT, compression: unknown = CompressionTypes.None): BatchTerms {
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
    return { acks, timeoutMs: timeout, compression };
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
    const memory = new BufferMemory(this.#config.maxBufferedBytes);
    const identities = new ProducerIdentities(this.#cluster, this.#logger, this.#config.idempotent === true);
    const sender = new Sender(this.#cluster, this.#config, identities, memory, this.#logger);
    return { identities, memory, sender, intakes: new Map(), pending: new Set() };
  }

  #intake(topic: string): TopicIntake {
    const { intakes, memory, sender } = this.#session;
    let intake = intakes.get(topic);
    if (intake === undefined) {
      intake = new TopicIntake(topic, this.#cluster, this.#config, memory, sender, this.#partitioner);
      intakes.set(topic, intake);
    }
    return intake;
  }

  async #flush(): Promise<void> {
    const { pending, sender } = this.#session;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<'timeout'>(resolve => {
      timer = setTimeout(() => resolve('timeout'), this.#flushTimeout);
    });
    // A message that waits for metadata is not with the sender yet, so its promise counts.
    const settled = (async (): Promise<void> => {
      while (pending.size > 0) {
        void sender.drain();
        await Promise.allSettled(pending);
      }
    })();
    const outcome = await Promise.race([settled, timeout]);
    clearTimeout(timer);
    if (outcome === 'timeout') {
      const { message } = new KafkaJSTimeout(
        `Not every message was acknowledged within ${this.#flushTimeout} ms of disconnect(); their sends fail`,
      );
      this.#logger.error(message, { sends: pending.size });
    }
  }
}

function prepareEntry(
  { topic, messages }: TopicMessages,
  terms: BatchTerms,
  send: PendingSend,
  now: number,
): IntakeEntry {
  if (typeof topic !== 'string' || topic === '') {
    throw new KafkaJSNonRetriableError(`Invalid topic ${JSON.stringify(topic)}: it must be a non-empty string`);
  }
  if (!Array.isArray(messages)) {
    throw new KafkaJSNonRetriableError(`Invalid messages array [${String(messages)}] for topic "${topic}"`);
  }
  const records = messages.map((message, index) => prepareRecord(topic, index, message, now));
  return { messages, records, terms, send, size: records.reduce((sum, { size }) => sum + size, 0) };
}
