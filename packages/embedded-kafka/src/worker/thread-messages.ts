import type { MessagePort } from 'node:worker_threads';
import type { EmbeddedKafkaErrorCode } from '../errors/error-catalogue.js';
import type { BrokerEvent } from '../events/broker-event.js';
import type { Fault } from '../faults/fault.js';
import type { Logger } from '../logger.js';
import type { EmbeddedKafkaOptions } from '../options/embedded-kafka-options.js';
import type { RunningKafka } from '../running-kafka.js';

/** What of a running broker is answered by a promise: asked for by a message, answered by another one. */
export const asyncMethods = [
  'untilConsumed',
  'createTopic',
  'deleteTopic',
  'records',
  'produce',
  'compact',
  'applyRetention',
  'stopNode',
  'startNode',
  'moveLeader',
  'moveGroupCoordinator',
  'moveTransactionCoordinator',
  'deleteGroup',
  'reset',
  'stop',
] as const;
export type AsyncMethod = (typeof asyncMethods)[number];

/** What is answered at once: the asking thread waits for the broker's thread, which never waits for it. */
export interface Questions {
  topics(): RunningKafka['topics'];
  nodes(): RunningKafka['nodes'];
  groups(): RunningKafka['groups'];
  lag(group: string): ReturnType<RunningKafka['lag']>;
  leaderOf(topic: string, partition: number): number;
  groupCoordinatorOf(group: string): number;
  transactionCoordinatorOf(transactionalId: string): number;
  dropConnections(): void;
  injectFault(fault: Fault): FaultState;
  listFaults(): FaultState[];
  clearFaults(): void;
  removeFault(id: number): void;
  hitsOf(id: number): number;
  /** From when this is answered on, every event is sent, until `endEvents`. */
  beginEvents(): void;
  endEvents(): void;
}

/** A fault that was injected, as it crosses. */
export interface FaultState {
  readonly id: number;
  readonly fault: Fault;
  readonly hits: number;
}

/** What the broker's thread is started with. */
export interface ThreadData {
  /** Without what cannot cross. */
  readonly options: EmbeddedKafkaOptions;
  readonly isLogged: boolean;
  /** Where questions come from. */
  readonly questions: MessagePort;
  /** See `Signal`. */
  readonly signals: SharedArrayBuffer;
}

/** Places in `ThreadData.signals`. */
export const Signal = {
  /** Rises with every answer to a question. */
  answers: 0,
  /** 1 when the thread has ended, however it did. */
  ended: 1,
} as const;

/** An error as it crosses. */
export interface ThreadError {
  readonly code: EmbeddedKafkaErrorCode | undefined;
  readonly message: string;
}

export type Outcome = { readonly value: unknown } | { readonly error: ThreadError };

export interface Question {
  readonly name: keyof Questions;
  readonly args: readonly unknown[];
}

/** From the thread that uses the broker. */
export type ToThread =
  | { readonly type: 'call'; readonly id: number; readonly method: AsyncMethod; readonly args: readonly unknown[] }
  /** The last `told` has been passed on. */
  | { readonly type: 'heard' };

/** What is told without being asked for. */
export type Told =
  | { readonly event: BrokerEvent }
  | { readonly level: keyof Logger; readonly message: string }
  /** Nobody has listened for too long: so many were left out. */
  | { readonly dropped: number };

/** From the broker's thread. */
export type FromThread =
  | {
      /** It serves clients. */
      readonly type: 'started';
      readonly brokers: readonly string[];
      /** By listener. */
      readonly addresses: Readonly<Record<string, string[]>>;
      readonly controlUrl: string | undefined;
    }
  | { readonly type: 'refused'; readonly error: ThreadError }
  | { readonly type: 'answer'; readonly id: number; readonly outcome: Outcome }
  | { readonly type: 'told'; readonly items: readonly Told[] };
