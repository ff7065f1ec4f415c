import { Logger } from '@nestjs/common';
import { producerConfig } from '../driver/producer-config.js';
import { ClientProxy, type KafkaParser, type ReadPacket } from '@nestjs/microservices';
import { InvalidMessageException } from '@nestjs/microservices/errors/invalid-message.exception.js';
import { Observable, throwError } from 'rxjs';
import { createDriver } from '../driver/create-driver.js';
import type { KafkaDriver } from '../driver/kafka-driver.js';
import type { KafkaStatus } from '../driver/kafka-status.js';
import type {
  Consumer,
  EachMessagePayload,
  KafkaConfig,
  Producer,
  RecordMetadata,
  TopicPartitionOffset,
} from '../driver/kafka-types.js';
import { ConsumerLife } from '../driver/consumer-life.js';
import { standstillsOf } from '../driver/standstills.js';
import { forwardProducerStatus } from '../driver/status-events.js';
import { judgeHealth } from '../health/judge-health.js';
import { DEFAULT_STUCK_AFTER, type KafkaHealth, type KafkaHealthOptions } from '../health/kafka-health.js';
import { noLongerLive, nowLive } from '../health/live-connections.js';
import { ConnectionClosedError } from '../errors/connection-closed.error.js';
import { NoReplyPartitionError } from '../errors/no-reply-partition.error.js';
import { NotConnectedError } from '../errors/not-connected.error.js';
import { NotSupportedError } from '../errors/not-supported.error.js';
import type { RequestTrace } from '../errors/request-timeout.error.js';
import { TooManyRequestsError } from '../errors/too-many-requests.error.js';
import { RecordParser } from '../incoming/record-parser.js';
import { ResponseDeserializer } from '../incoming/response-deserializer.js';
import { DEFAULT_MAX_PENDING_REQUESTS, DEFAULT_REQUEST_TIMEOUT } from '../options/defaults.js';
import { hideSecrets } from '../options/hidden-secrets.js';
import { identityOf } from '../options/identity.js';
import type { KafkaTransportOptions } from '../options/transport-options.js';
import { validateOptions } from '../options/validate-options.js';
import { KafkaRecord } from '../outgoing/kafka-record.js';
import { produceRecord } from '../outgoing/produce-record.js';
import { type OutgoingMessage, RecordSerializer } from '../outgoing/record-serializer.js';
import { serializeMessage } from '../outgoing/serialize-message.js';
import { createReplyRouting } from '../reply/create-reply-routing.js';
import type { ReplyRouting } from '../reply/reply-routing.js';
import { ClientConnection } from './client-connection.js';
import { knownClientHealth } from './client-health.js';
import { ConnectionGate } from './connection-gate.js';
import { hotResult } from './hot-result.js';
import { PendingRequests, type ReplyCallback } from './pending-requests.js';
import { RequestDispatcher } from './request-dispatcher.js';
import { takeReply } from './take-reply.js';

/**
 * The Kafka client: `send()` for requests, `emit()` and `emitBatch()` for events.
 *
 * Here is what callers call and what subclasses override. The rest is where its state is: whether the connection is open,
 * and who waits for it, in `ConnectionGate`; what one `connect()` opened in `ClientConnection`; the requests that are
 * awaited in `PendingRequests`; the attempts to send one in `RequestDispatcher`.
 *
 * Invariants
 * - A call made while the connection is open is begun in the same turn; those made before, in the order they were made.
 * - A request is pending from `publish()` until its last reply, its error, its timeout, the end of its subscription or
 *   `close()`; whoever still listens is told once how it ended.
 * - After `close()` nothing is left open, and the client may be connected again.
 */
export class ClientKafka extends ClientProxy<never, KafkaStatus> {
  protected logger: Logger = new Logger(ClientKafka.name);
  protected parser: KafkaParser;
  protected brokers: KafkaConfig['brokers'];
  protected clientId: string;
  protected groupId: string;
  protected producerOnlyMode: boolean;
  protected responsePatterns: string[] = [];
  protected readonly options: KafkaTransportOptions;

  private readonly gate = new ConnectionGate();
  private readonly pending: PendingRequests;
  private readonly dispatcher: RequestDispatcher;
  private state: KafkaStatus | undefined;

  /** @throws InvalidOptionsError that lists everything wrong with the options. */
  constructor(options: KafkaTransportOptions) {
    super();
    validateOptions(new.target.name, options);
    this.options = hideSecrets(options ?? {});
    const identity = identityOf(this.options, '-client');
    this.brokers = identity.brokers;
    this.clientId = identity.clientId;
    this.groupId = identity.groupId;
    this.producerOnlyMode = this.options.producerOnlyMode ?? false;
    this.parser = new RecordParser(this.options.parser);
    this.pending = new PendingRequests(
      this.routingMap,
      this.options.maxPendingRequests ?? DEFAULT_MAX_PENDING_REQUESTS,
    );
    this.dispatcher = new RequestDispatcher(this.pending, {
      partitionOf: replyTopic => this.getReplyTopicPartition(replyTopic),
      serialize: (data, topic) => serializeMessage(this.serializer, data, { pattern: topic }),
      produce: (topic, messages) => this.produce(topic, messages),
    });
    this.initializeSerializer(this.options);
    this.initializeDeserializer(this.options);
  }

  /**
   * The consumer of the reply group. With direct reply routing there is none, and this is a consumer of the same group id
   * that the transport does not use and the caller may connect; `close()` disconnects it.
   *
   * @throws NotConnectedError before `connect()`, and in `producerOnlyMode`.
   */
  get consumer(): Consumer {
    const consumer = this.gate.current?.consumer;
    if (consumer === undefined) {
      throw new NotConnectedError('consumer', '"connect"');
    }
    return consumer;
  }

  /** @throws NotConnectedError before `connect()`. */
  get producer(): Producer {
    const producer = this.gate.current?.producer;
    if (producer === undefined) {
      throw new NotConnectedError('producer', '"connect"');
    }
    return producer;
  }

  /**
   * Announces that requests with this pattern will be sent. With direct reply routing it is a hint that makes the first
   * request faster; with `routing: 'group'` it is required, before `connect()`.
   */
  subscribeToResponseOf(pattern: unknown): void {
    const replyTopic = this.getResponsePatternName(this.normalizePattern(pattern as string));
    this.responsePatterns.push(replyTopic);
    this.gate.current?.replies?.expect(replyTopic);
  }

  /** Connects once; a failed attempt is forgotten, so that the next call tries again. Resolves to the producer. */
  override connect(): Promise<Producer> {
    if (this.gate.connected !== undefined) {
      return this.gate.connected;
    }
    const connection = new ClientConnection({
      clientId: this.clientId,
      driver: () => this.createClient(),
      replies: driver => this.createReplies(driver),
      producer: driver => this.createProducer(driver),
      consumer: driver => this.createConsumer(driver),
    });
    nowLive(this);
    return this.gate.open(connection, () => noLongerLive(this));
  }

  /** Fails the requests that wait, flushes the producer and disconnects. The client may be connected again. */
  override async close(): Promise<void> {
    this.handleClose();
    const connection = this.gate.forget();
    noLongerLive(this);
    await connection?.close();
  }

  /** Fails every request that waits for a reply. */
  handleClose(): void {
    this.pending.failAll(new ConnectionClosedError(this.clientId), error => this.logger.error(error));
  }

  /** Sends a request for each subscription, and emits its replies. */
  override send<TResult = unknown, TInput = unknown>(pattern: unknown, data: TInput): Observable<TResult> {
    if (isMissing(pattern) || isMissing(data)) {
      return throwError(() => new InvalidMessageException());
    }
    return new Observable<TResult>(observer => {
      const request = (): (() => void) => this.publish(this.packetOf(pattern, data), this.createObserver(observer));
      const connected = this.connect();
      if (this.gate.isOpen(connected)) {
        return request();
      }
      this.gate
        .whenOpen(connected, async () => {
          if (!observer.closed) {
            observer.add(request());
          }
        })
        .catch((error: unknown) => observer.error(error));
      return undefined;
    });
  }

  /** Produces an event, whether the result is subscribed to or not. */
  override emit<TResult = unknown, TInput = unknown>(pattern: unknown, data: TInput): Observable<TResult> {
    if (isMissing(pattern) || isMissing(data)) {
      return throwError(() => new InvalidMessageException());
    }
    return hotResult(this.dispatch(() => this.dispatchEvent<TResult>(this.packetOf(pattern, data))));
  }

  /** Produces many events of one pattern at once, whether the result is subscribed to or not. */
  emitBatch<TResult = unknown, TInput = unknown>(pattern: unknown, data: { messages: TInput[] }): Observable<TResult> {
    if (isMissing(pattern) || isMissing(data)) {
      return throwError(() => new InvalidMessageException());
    }
    return hotResult(this.dispatch(() => this.dispatchBatchEvent({ pattern, data }) as Promise<TResult>));
  }

  /** The partition of each reply topic at which this client awaits replies. */
  getConsumerAssignments(): Record<string, number> {
    return this.gate.current?.replies?.assignments() ?? {};
  }

  /** Commits offsets of this client's own consumer, which is not the server's. */
  async commitOffsets(topicPartitions: TopicPartitionOffset[]): Promise<void> {
    await this.consumer.commitOffsets(topicPartitions);
  }

  /** How this client is, as a plain object; red when it is stuck. `nest-kafka/terminus` makes an indicator of it. */
  async health(options?: KafkaHealthOptions): Promise<KafkaHealth> {
    const { clientId, groupId, state, pending } = this;
    const connection = this.gate.current;
    const replies = connection?.replies;
    const standstills = standstillsOf(replies?.reading, options?.stuckAfter ?? DEFAULT_STUCK_AFTER);
    const known = knownClientHealth({ clientId, groupId, state, replies, pending, standstills });
    return judgeHealth(known, connection?.probe, options);
  }

  /** The engine. */
  override unwrap<T>(): T {
    const driver = this.gate.current?.driver;
    if (driver === undefined) {
      throw new NotConnectedError('client', '"connect"');
    }
    return driver as T;
  }

  /** @throws NotSupportedError always; `status` is the way to observe a Kafka client. */
  override on(): never {
    throw new NotSupportedError('client');
  }

  async createClient<T = KafkaDriver>(): Promise<T> {
    const { brokers, clientId } = this;
    const { driver, client } = this.options;
    return (await createDriver(driver, this.logger, client, { brokers, clientId })) as T;
  }

  /** What is called for each record on a reply partition. */
  createResponseCallback(): (payload: EachMessagePayload) => Promise<void> | void {
    return payload => takeReply(payload, this.pending, this.parser, this.deserializer);
  }

  protected override dispatchEvent<T = RecordMetadata[]>(packet: ReadPacket): Promise<T> {
    try {
      const topic = this.normalizePattern(packet.pattern as string);
      const message = serializeMessage(this.serializer, packet.data, { pattern: topic });
      const sent =
        message instanceof Promise
          ? message.then(serialized => this.produce(topic, [serialized]))
          : this.produce(topic, [message]);
      return sent as Promise<T>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  protected async dispatchBatchEvent<TInput>(packet: ReadPacket<{ messages: TInput[] }>): Promise<unknown> {
    const { messages } = packet.data;
    if (messages.length === 0) {
      return undefined;
    }
    const topic = this.normalizePattern(packet.pattern as string);
    const serialized = messages.map(message => serializeMessage(this.serializer, message, { pattern: topic }));
    const isReady = serialized.every(message => !(message instanceof Promise));
    return this.produce(topic, isReady ? (serialized as OutgoingMessage[]) : await Promise.all(serialized));
  }

  protected override publish(packet: ReadPacket, callback: ReplyCallback): () => void {
    const topic = this.normalizePattern(packet.pattern as string);
    if (this.pending.isFull) {
      callback({ err: new TooManyRequestsError(topic, this.routingMap.size) });
      return () => undefined;
    }
    const { id } = this.assignPacketId(packet);
    const request: RequestTrace = {
      topic,
      replyTopic: this.getResponsePatternName(topic),
      replyPartition: undefined,
      correlationId: id,
      failure: undefined,
    };
    const timeout = this.timeoutOf(packet.data);
    this.pending.add(request, callback, timeout);
    this.dispatcher.dispatch(packet.data, request, timeout).catch((error: unknown) => this.pending.fail(id, error));
    return () => this.pending.remove(id);
  }

  /** The topic on which replies to requests on a topic are awaited. */
  protected getResponsePatternName(pattern: string): string {
    return `${pattern}.reply`;
  }

  /** The partition to name in a request, as the header has it. */
  protected getReplyTopicPartition(replyTopic: string): string | Promise<string> {
    const replies = this.gate.current?.replies;
    if (replies === undefined) {
      throw new NoReplyPartitionError(
        replyTopic,
        this.producerOnlyMode
          ? 'With producerOnlyMode a client can emit() but not send(); leave the option out.'
          : 'The client is closed; call connect() first.',
      );
    }
    const partition = replies.partitionOf(replyTopic);
    return typeof partition === 'number' ? String(partition) : partition.then(String);
  }

  protected override initializeSerializer(options: KafkaTransportOptions | undefined): void {
    this.serializer = options?.serializer ?? new RecordSerializer();
  }

  protected override initializeDeserializer(options: KafkaTransportOptions | undefined): void {
    this.deserializer = options?.deserializer ?? new ResponseDeserializer();
  }

  private timeoutOf(data: unknown): number {
    const timeout = data instanceof KafkaRecord ? data.options.timeout : undefined;
    return timeout ?? this.options.requestTimeout ?? DEFAULT_REQUEST_TIMEOUT;
  }

  private produce(topic: string, messages: OutgoingMessage[]): Promise<RecordMetadata[]> {
    return this.producer.send(produceRecord(topic, messages, this.options.send));
  }

  /** As Nest's `createPacket()`, which Nest 11 does not have. */
  private packetOf(pattern: unknown, data: unknown): ReadPacket {
    return typeof this.createPacket === 'function' ? this.createPacket(pattern, data) : { pattern, data };
  }

  /** Runs `work` once the client is connected: at once, if it is. Never throws. */
  private dispatch<T>(work: () => Promise<T>): Promise<T> {
    try {
      const connected = this.connect();
      return this.gate.isOpen(connected) ? work() : this.gate.whenOpen(connected, work);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  private createReplies(driver: KafkaDriver): ReplyRouting | undefined {
    if (this.producerOnlyMode) {
      return undefined;
    }
    const replies = createReplyRouting({
      driver,
      options: this.options,
      groupId: this.groupId,
      onReply: this.createResponseCallback(),
      onStatus: status => this.report(status),
      logger: this.logger,
    });
    for (const replyTopic of this.responsePatterns) {
      replies.expect(replyTopic);
    }
    return replies;
  }

  private report(status: KafkaStatus): void {
    this.state = status;
    this._status$.next(status);
  }

  private createProducer(driver: KafkaDriver): Producer {
    const producer = driver.producer(producerConfig(this.options));
    forwardProducerStatus(producer, status => this.report(status));
    return producer;
  }

  private createConsumer(driver: KafkaDriver): Consumer {
    const consumer = driver.consumer({ ...this.options.consumer, groupId: this.groupId });
    // It is the application's: its life is reported, and not judged.
    void new ConsumerLife(consumer, this.options.consumer, status => this.report(status));
    return consumer;
  }
}

function isMissing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
