import type { LoggerService } from '@nestjs/common';
import type { KafkaDriver } from '../driver/kafka-driver.js';
import type { Consumer, EachMessagePayload, Producer } from '../driver/kafka-types.js';
import type { IncomingMessage } from '../incoming/incoming-message.js';
import type { ResolvedPolicy } from './policy/resolved-policy.js';

/** Handles one record; rejects when it is to be delivered again. `attempt` is 1 for its first delivery. */
export type HandleRecord = (payload: EachMessagePayload, attempt: number) => Promise<void>;

/** What the stages of a delivery may use of their server. Connections are there while it listens. */
export interface DeliveryRuntime {
  readonly groupId: string;
  readonly logger: LoggerService;
  client(): KafkaDriver;
  consumer(): Consumer;
  producer(): Producer;
  /** The record as handlers and functions of a policy see it, parsed anew. */
  parse(payload: EachMessagePayload): IncomingMessage;
}

/** The handler that a stage is built for. */
export interface Listener {
  /** As it was written: a topic or a regular expression. */
  readonly pattern: string;
  readonly policy: ResolvedPolicy;
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
