import type { RetryOptions } from '../config/retry-options.js';
import type { InstrumentationListener } from '../instrumentation/instrumentation-emitter.js';
import type { Logger } from '../logger/logger.js';
import type { ICustomPartitioner } from './partitioners/partitioner.js';
import type { ProducerBatch, ProducerRecord, RecordMetadata } from './producer-records.js';
import type { Transaction } from './transaction/transaction-types.js';

/** Options of a producer. Times in milliseconds. */
export interface ProducerConfig {
  createPartitioner?: ICustomPartitioner;
  /** Default: the client's. */
  retry?: RetryOptions;
  /** Default 300000. */
  metadataMaxAge?: number;
  /** Default true. */
  allowAutoTopicCreation?: boolean;
  /**
   * Default: idempotent for sends with `acks: -1`, plain for others. True refuses other acks; false is plain always,
   * and a retry may then duplicate.
   */
  idempotent?: boolean;
  /** Makes `transaction()` possible. Whoever connects with it last owns it; producers before him are fenced. */
  transactionalId?: string;
  /** Milliseconds after which the broker aborts a transaction by itself. Default 60000. */
  transactionTimeout?: number;
  /** Requests on their way over one connection. Default, and most: 5, one for each partition. */
  maxInFlightRequests?: number;
  /** How long a message may wait for company. Default 0: until the end of the tick. */
  linger?: number;
  /** Size to which batches are filled, before compression. Bytes. Default 1000000. */
  batchSize?: number;
  /** Messages not yet acknowledged; a `send` beyond it waits. Bytes. Default 33554432. */
  maxBufferedBytes?: number;
}

export const producerEvents = {
  CONNECT: 'producer.connect',
  DISCONNECT: 'producer.disconnect',
  REQUEST: 'producer.network.request',
  REQUEST_TIMEOUT: 'producer.network.request_timeout',
  REQUEST_QUEUE_SIZE: 'producer.network.request_queue_size',
} as const;
export type ProducerEvents = typeof producerEvents;

export interface Producer {
  connect(): Promise<void>;
  /** Waits for what was sent, then closes the connections. */
  disconnect(): Promise<void>;
  send(record: ProducerRecord): Promise<RecordMetadata[]>;
  sendBatch(batch: ProducerBatch): Promise<RecordMetadata[]>;
  transaction(): Promise<Transaction>;
  isIdempotent(): boolean;
  readonly events: ProducerEvents;
  on<Payload>(eventName: ProducerEvents[keyof ProducerEvents], listener: InstrumentationListener<Payload>): () => void;
  logger(): Logger;
}
