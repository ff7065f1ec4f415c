import type { LoggerService } from '@nestjs/common';
import type { KafkaDriver } from '../driver/kafka-driver.js';
import type { Consumer, ConsumerConfig, EachMessagePayload, Producer, ProducerMessage } from '../driver/kafka-types.js';
import type { IncomingMessage } from '../incoming/incoming-message.js';
import type { KafkaContext } from '../server/kafka-context.js';
import type { HandleRecord } from './handle-record.js';
import type { DeliveryObserver } from './observation/delivery-observer.js';
import type { KafkaTransportOptions } from '../options/transport-options.js';
import type { ResolvedPolicy } from './policy/resolved-policy.js';

type ProducerRecord = Parameters<Producer['send']>[0];

/** What a deserializer has made of a record, or of several. */
export interface ReadEvent {
  readonly pattern: string;
  readonly data: unknown;
}

/** What runs beside the records, from the start of a server to its end. */
export interface DeliveryLifecycle {
  /** Before the first record, when everything is connected. A rejection is the failure of `listen()`. */
  onStart(task: () => Promise<void> | void): void;
  /** Aborted when the server begins to drain: handlers may end, waits for the next attempt should. */
  readonly closing: AbortSignal;
  /** After the last record, while the producer is still connected; also after a start that failed. Must not reject. */
  onStop(task: () => Promise<void>): void;
}

/** Which handlers get nothing for now, because the application has paused them. */
export interface HandlerPauses {
  isPaused(topic: string): boolean;
  /** Calls back once, when the paused handler of a topic is resumed. @returns what ends the wait */
  onceResumed(topic: string, callback: () => void): () => void;
}

/** What the stages of a delivery may use of their server. Connections are there while it listens. */
export interface DeliveryRuntime {
  readonly groupId: string;
  /** For consumers beside the server's own. */
  readonly consumerConfig: Partial<ConsumerConfig>;
  /** How long handlers have when the server closes, in milliseconds. */
  readonly gracePeriod: number;
  readonly logger: LoggerService;
  readonly options: KafkaTransportOptions;
  client(): KafkaDriver;
  consumer(): Consumer;
  producer(): Producer;
  readonly lifecycle: DeliveryLifecycle;
  readonly pauses: HandlerPauses;
  /** Counts deliveries for `health()`, and tells who listens. */
  readonly observer: DeliveryObserver;
  /** The pattern of the handler of a topic. */
  patternOf(topic: string): string;
  /** Makes a record of what a handler emits, as its replies are made. */
  serialize(topic: string, data: unknown): ProducerMessage | Promise<ProducerMessage>;
  /** The record as handlers and functions of a policy see it, parsed anew. */
  parse(payload: EachMessagePayload): IncomingMessage;
  /** Deserializes what a context says is the message. */
  read(context: KafkaContext): Promise<ReadEvent>;
  /** Calls the event handlers of a pattern, inside the processing hooks; settles when they have ended. */
  handle(event: ReadEvent, context: KafkaContext): Promise<void>;
}

/** The handler that a stage is built for. */
export interface Listener {
  /** As it was written: a topic or a regular expression. */
  readonly pattern: string;
  readonly policy: ResolvedPolicy;
  /** To be asked when there is something to write: a stage may have put another in its place. */
  outlet: RecordOutlet;
}

/** Where records go that end otherwise than by their handler, such as dead letters. */
export interface RecordOutlet {
  /**
   * Resolves when `record`, which stands for the one in `payload`, is acknowledged; with transactions also the offset of
   * `payload` is committed then, in the same transaction.
   */
  send(payload: EachMessagePayload, record: ProducerRecord): Promise<void>;
}

/**
 * One word of a policy at work: wraps the handling of a record. It is built once, when the server starts; `undefined` where the
 * policy does not ask for it.
 */
export type DeliveryStage = (
  listener: Listener,
  runtime: DeliveryRuntime,
  next: HandleRecord,
) => HandleRecord | undefined;
