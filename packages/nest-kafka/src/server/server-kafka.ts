import { Logger } from '@nestjs/common';
import {
  type KafkaParser,
  type MessageHandler,
  type ReadPacket,
  Transport,
  type WritePacket,
} from '@nestjs/microservices';
import { manualAckOf } from '../delivery/ack/manual-ack.js';
import { ManualAckContext } from '../delivery/ack/manual-ack-context.js';
import { createDriver } from '../driver/create-driver.js';
import type { KafkaDriver } from '../driver/kafka-driver.js';
import type { Consumer, EachMessagePayload, KafkaConfig, Producer, RecordMetadata } from '../driver/kafka-types.js';
import { ConsumerLife } from '../driver/consumer-life.js';
import { producerConfig } from '../driver/producer-config.js';
import { forwardProducerStatus } from '../driver/status-events.js';
import { noLongerLive, nowLive } from '../health/live-connections.js';
import { NotConnectedError } from '../errors/not-connected.error.js';
import { parseIncoming } from '../incoming/incoming-message.js';
import { replyAddressOf } from '../incoming/request-headers.js';
import { RecordParser } from '../incoming/record-parser.js';
import { RequestDeserializer } from '../incoming/request-deserializer.js';
import { DEFAULT_GRACE_PERIOD } from '../options/defaults.js';
import { hideSecrets } from '../options/hidden-secrets.js';
import { identityOf } from '../options/identity.js';
import type { KafkaTransportOptions } from '../options/transport-options.js';
import { validateOptions } from '../options/validate-options.js';
import { produceRecord } from '../outgoing/produce-record.js';
import { RecordSerializer } from '../outgoing/record-serializer.js';
import { serializeMessage } from '../outgoing/serialize-message.js';
import { serializeReply } from '../outgoing/serialize-reply.js';
import { serverListeners } from './server-listeners.js';
import { Deliveries } from './deliveries.js';
import { drainConsumer } from './drain-consumer.js';
import { ExpiredRequests } from './expired-requests.js';
import { KafkaContext, type KafkaContextArgs } from './kafka-context.js';
import { OperableServer } from './operable-server.js';
import { runEventHandlers } from './event-handlers.js';
import { addByRegExp, findByRegExp } from './regexp-handlers.js';
import { ignoreEnd, once, type ProcessingStartHook, runInStartHook } from './processing-span.js';
import { type AcceptedRequest, answerRequest } from './request-answer.js';
import { PacketReader } from './packet-reader.js';
import { PartitionProgress } from './partition-progress.js';
import { addressReply, type ReplyPartition } from './reply-packet.js';
import { ReplyPublisher } from './reply-publisher.js';
import { discard } from './discard.js';
import { drainBeforeDestroyHooks, drainsEarly } from './early-drain.js';

const NO_MESSAGE_HANDLER = 'There is no matching message handler defined in the remote service.';

/**
 * The Kafka server: receives records in a consumer group, hands them to `@MessagePattern()` and `@EventPattern()`
 * handlers, and publishes replies.
 *
 * A record counts as done when `handleMessage()` resolves, and only then may its offset be committed:
 * - an event: its handler has ended (promise settled, stream completed);
 * - a request: its last reply is acknowledged by the broker;
 * - a request whose caller no longer waits, an event nobody handles: at once, with a line in the log.
 * It rejects when the record is to be delivered again; the engine then repeats it, with backoff, on its partition alone.
 *
 * Here is what Nest calls and what subclasses override. What applications ask stands in `OperableServer`, the rest where its
 * state is: the deliveries of records in
 * `Deliveries`, replies on their way in `ReplyPublisher`, the consumer's life in the group in `ConsumerLife`.
 *
 * States: new → listening → closing → closed; a start that fails leads to closed, too.
 *
 * Invariants
 * - `client`, `consumer` and `producer` are there from `listen()` until `close()` has drained, so that handlers in flight
 *   can still reply and commit; after that, and after a start that failed, all three are `null` and nothing is left open
 *   (but by an engine that cannot abandon handlers which outlast the grace period: see `stopConsumer()`).
 * - There is at most one closing at a time, and all who ask for it get the same.
 */
export class ServerKafka extends OperableServer {
  /** Rejections of event handlers reach the engine, which logs them; Nest must not report them a second time. */
  override readonly propagatesEventHandlerErrors = true;
  readonly [drainsEarly] = true;
  override transportId: Transport | symbol = Transport.KAFKA;

  protected override logger: Logger = new Logger(ServerKafka.name);
  protected parser: KafkaParser;
  protected brokers: KafkaConfig['brokers'];
  protected clientId: string;
  protected groupId: string;
  protected readonly options: KafkaTransportOptions;

  /** Nest's own start hook does nothing; while it is in place there is nothing to call. */
  private readonly idleStartHook: unknown = this.onProcessingStartHook;
  private readonly progress = new PartitionProgress();
  private readonly expired: ExpiredRequests;
  /** @internal */
  protected override readonly replies = new ReplyPublisher(
    (packet, { topic, partition, correlationId }, context) =>
      this.sendMessage(packet, topic, partition, correlationId, context),
    this.logger,
  );
  private readonly packets = new PacketReader(this.replies, error => this.logger.error(error));
  private readonly deliveries = new Deliveries(
    (payload, attempt) => this.handleMessage(payload, attempt),
    this.unacknowledged,
    this.progress,
  );
  private closing: Promise<void> | undefined;

  /** @throws InvalidOptionsError that lists everything wrong with the options. */
  constructor(options: KafkaTransportOptions) {
    super();
    validateOptions(new.target.name, options);
    this.options = hideSecrets(options ?? {});
    this.expired = new ExpiredRequests(this.options.dropExpiredRequests ?? true, this.logger);
    const identity = identityOf(this.options, '-server');
    this.brokers = identity.brokers;
    this.clientId = identity.clientId;
    this.groupId = identity.groupId;
    this.parser = new RecordParser(this.options.parser);
    this.initializeSerializer(this.options);
    this.initializeDeserializer(this.options);
  }

  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler = false,
    extras: Record<string, unknown> = {},
  ): void {
    if (!(pattern instanceof RegExp)) {
      super.addHandler(pattern, callback, isEventHandler, extras);
      return;
    }
    callback.isEventHandler = isEventHandler;
    callback.extras = extras;
    addByRegExp(this.messageHandlers, pattern, callback);
  }

  /** Connects and starts consuming. Failures go to the callback, as Nest's contract has it. */
  override async listen(callback: (err?: unknown, ...optionalParams: unknown[]) => void): Promise<void> {
    drainBeforeDestroyHooks();
    try {
      this.deliveries.listeners = serverListeners({
        server: this,
        options: this.options,
        groupId: this.groupId,
        logger: this.logger,
        observer: this.observer,
        pauses: this.control,
        parser: this.parser,
        handlers: this.messageHandlers,
        connections: () => ({ client: this.client, consumer: this.consumer, producer: this.producer }),
        read: async context => (await this.packets.read(this.deserializer, context, undefined)) as ReadPacket,
        serialize: (topic, data) => serializeMessage(this.serializer, data, { pattern: topic }),
        handle: (event, context) => this.handleEvent(event.pattern, event, context),
      });
      this.client = await this.createClient();
      this.deliveries.listeners.checkDriver((this.client as KafkaDriver).capabilities);
    } catch (error) {
      callback(error);
      return;
    }
    let started = false;
    try {
      await this.start(() => {
        started = true;
      });
    } catch (error) {
      await this.discardConnections();
      callback(error);
      return;
    }
    if (started) {
      callback();
    }
  }

  /** Connects consumer and producer, subscribes, runs, and calls back. */
  async start(callback: () => void): Promise<void> {
    const client = this.client;
    if (client === null) {
      throw new NotConnectedError('client', '"listen"');
    }
    this.consumer = client.consumer({ ...this.options.consumer, groupId: this.groupId });
    this.producer = client.producer(producerConfig(this.options));
    this.registerConsumerEventListeners();
    this.registerProducerEventListeners();
    await this.consumer.connect();
    await this.producer.connect();
    await this.deliveries.listeners?.start();
    await this.bindEvents(this.consumer);
    nowLive(this);
    callback();
  }

  /** Stops fetching, drains handlers and replies for the grace period, commits, leaves the group and disconnects. */
  override close(): Promise<void> {
    this.closing ??= this.shutDown().finally(() => {
      this.closing = undefined;
    });
    return this.closing;
  }

  async createClient<T = KafkaDriver>(): Promise<T> {
    const { brokers, clientId } = this;
    const { driver, client } = this.options;
    return (await createDriver(driver, this.logger, client, { brokers, clientId })) as T;
  }

  /** Subscribes to every pattern at once and starts consuming. */
  async bindEvents(consumer: Consumer): Promise<void> {
    const topics = [...(this.messageHandlers.keys() as Iterable<string | RegExp>)];
    if (topics.length > 0) {
      await consumer.subscribe({ ...this.options.subscribe, topics });
    }
    const run = { ...this.deliveries.listeners?.runOptions, ...this.options.run };
    await consumer.run({ ...run, eachMessage: this.getMessageHandler() });
  }

  /** The handler of a topic: an exact pattern before a RegExp, of those the first that was registered. */
  override getHandlerByPattern(pattern: string): MessageHandler | null {
    const exact = this.messageHandlers.get(pattern);
    if (exact !== undefined) {
      return exact;
    }
    // Only a deserializer of the application gives patterns that have to be brought into the form of a route.
    const isTopic = typeof pattern === 'string' && !pattern.startsWith('{');
    const routed = isTopic ? null : super.getHandlerByPattern(pattern);
    return routed ?? findByRegExp(this.messageHandlers, isTopic ? pattern : this.getRouteFromPattern(pattern));
  }

  /** What the engine calls for each record. */
  getMessageHandler(): (payload: EachMessagePayload) => Promise<void> {
    return payload => this.deliveries.deliver(payload);
  }

  /** Handles one record; see the class for what its settling means. */
  async handleMessage(payload: EachMessagePayload, attempt = 1): Promise<void> {
    const address = replyAddressOf(payload.message);
    const args: KafkaContextArgs = [
      parseIncoming(this.parser, payload),
      payload.partition,
      payload.topic,
      this.consumer as Consumer,
      payload.heartbeat,
      this.producer as Producer,
    ];
    const acknowledgement = manualAckOf(payload);
    const context =
      acknowledgement === undefined
        ? new KafkaContext(args, attempt, this.progress)
        : new ManualAckContext(args, attempt, this.progress, acknowledgement);
    const reading = this.packets.read(this.deserializer, context, address);
    const packet = reading instanceof Promise ? await reading : reading;
    if (packet === undefined) {
      return;
    }
    const handler = this.getHandlerByPattern(packet.pattern as string);
    // A correlation id alone does not make a request: events may carry one.
    if (handler?.isEventHandler === true || address === undefined) {
      await this.handleEvent(packet.pattern as string, packet, context);
      return;
    }
    if (this.expired.includes(payload)) {
      return;
    }
    if (handler === null) {
      await this.replies.publish({ err: NO_MESSAGE_HANDLER }, address, context);
      return;
    }
    context.expectReply();
    const request: AcceptedRequest = { handler, data: packet.data, address, context, payload };
    await (this.isObserved()
      ? this.observe(context, endHook => answerRequest(request, this.replies, endHook))
      : answerRequest(request, this.replies, ignoreEnd));
  }

  /** Runs an event's handlers and settles when they have. */
  override async handleEvent(pattern: string, packet: ReadPacket, context: KafkaContext): Promise<void> {
    const handler = this.getHandlerByPattern(pattern);
    if (handler === null) {
      this.logger.error(`There is no matching event handler defined in the remote service. Event pattern: ${pattern}`);
      return;
    }
    await (this.isObserved()
      ? this.observe(context, endHook => runEventHandlers(handler, packet.data, context, endHook))
      : runEventHandlers(handler, packet.data, context, ignoreEnd));
  }

  /** Makes the function that publishes replies to one request. */
  getPublisher(
    replyTopic: string,
    replyPartition: ReplyPartition,
    correlationId: string | Buffer,
    context: KafkaContext,
  ): (packet: WritePacket) => Promise<RecordMetadata[]> {
    return packet => this.sendMessage(packet, replyTopic, replyPartition, correlationId, context);
  }

  /** Publishes one reply; resolves when the broker has acknowledged it. */
  async sendMessage(
    packet: WritePacket,
    replyTopic: string,
    replyPartition: ReplyPartition,
    correlationId: string | Buffer,
    _context: KafkaContext,
  ): Promise<RecordMetadata[]> {
    const message = await serializeReply(this.serializer, packet.response, replyTopic);
    if (this.producer === null) {
      throw new NotConnectedError('producer', '"listen"');
    }
    addressReply(message, packet, replyPartition, correlationId);
    return this.producer.send(produceRecord(replyTopic, [message], this.options.send));
  }

  protected registerConsumerEventListeners(): void {
    if (this.consumer !== null) {
      this.life = new ConsumerLife(this.consumer, this.options.consumer, status => this._status$.next(status));
      this.consumer.on(this.consumer.events.GROUP_JOIN, ({ payload }) =>
        this.control.onAssigned(payload.memberAssignment ?? {}),
      );
    }
  }

  protected registerProducerEventListeners(): void {
    if (this.producer !== null) {
      forwardProducerStatus(this.producer, status => this._status$.next(status));
    }
  }

  protected override initializeSerializer(options: KafkaTransportOptions | undefined): void {
    this.serializer = options?.serializer ?? new RecordSerializer();
  }

  protected override initializeDeserializer(options: KafkaTransportOptions | undefined): void {
    this.deserializer = options?.deserializer ?? new RequestDeserializer();
  }

  /** Whether somebody set a processing hook. */
  private isObserved(): boolean {
    return this.onProcessingStartHook !== this.idleStartHook || this.onProcessingEndHook !== undefined;
  }

  private observe(context: KafkaContext, work: (endHook: () => void) => Promise<void>): Promise<void> {
    const endHook = once(() => this.onProcessingEndHook?.(this.transportId, context));
    return runInStartHook(this.onProcessingStartHook as ProcessingStartHook, this.transportId, context, () =>
      work(endHook),
    );
  }

  private async shutDown(): Promise<void> {
    const { consumer, producer } = this;
    const probe = this.takeProbe();
    noLongerLive(this);
    this.deliveries.listeners?.beginClosing();
    try {
      if (consumer !== null) {
        await drainConsumer(consumer, {
          groupId: this.groupId,
          gracePeriod: this.options.gracePeriod ?? DEFAULT_GRACE_PERIOD,
          unfinished: () => this.unacknowledged.size + this.replies.inFlight,
          logger: this.logger,
        });
      }
    } finally {
      await this.deliveries.listeners?.stop();
      this.consumer = null;
      this.producer = null;
      this.client = null;
      await Promise.all([producer?.disconnect(), probe?.close()]);
    }
  }

  private async discardConnections(): Promise<void> {
    const { consumer, producer } = this;
    await this.deliveries.listeners?.stop();
    this.consumer = null;
    this.producer = null;
    this.client = null;
    await discard([consumer, producer], this.logger);
  }
}
