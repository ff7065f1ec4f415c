import type { NetworkPayloads } from '../wire/network-events.js';

export type { InstrumentationEvent } from '../instrumentation/instrumentation-emitter.js';

/** KafkaJS's events, and one of our own: a handler failed and its message waits to be delivered again. */
export const CONSUMER_EVENTS = {
  HEARTBEAT: 'consumer.heartbeat',
  COMMIT_OFFSETS: 'consumer.commit_offsets',
  GROUP_JOIN: 'consumer.group_join',
  FETCH_START: 'consumer.fetch_start',
  FETCH: 'consumer.fetch',
  START_BATCH_PROCESS: 'consumer.start_batch_process',
  END_BATCH_PROCESS: 'consumer.end_batch_process',
  CONNECT: 'consumer.connect',
  DISCONNECT: 'consumer.disconnect',
  STOP: 'consumer.stop',
  CRASH: 'consumer.crash',
  REBALANCING: 'consumer.rebalancing',
  RECEIVED_UNSUBSCRIBED_TOPICS: 'consumer.received_unsubscribed_topics',
  REQUEST: 'consumer.network.request',
  REQUEST_TIMEOUT: 'consumer.network.request_timeout',
  REQUEST_QUEUE_SIZE: 'consumer.network.request_queue_size',
  HANDLER_FAILED: 'consumer.handler_failed',
} as const;

export type ConsumerEvents = typeof CONSUMER_EVENTS;
export type ConsumerEventName = ConsumerEvents[keyof ConsumerEvents];

interface OfGroup {
  groupId: string;
  memberId: string;
}
export interface BatchProcessPayload {
  topic: string;
  partition: number;
  highWatermark: string;
  offsetLag: string;
  offsetLagLow: string;
  batchSize: number;
  firstOffset: string | null;
  lastOffset: string;
}
export interface HandlerFailedPayload {
  groupId: string;
  topic: string;
  partition: number;
  /** Of the message, or of the first message of the batch, that will be delivered again. */
  offset: string;
  /** How often in a row it has failed. */
  attempt: number;
  /** Milliseconds until it is delivered again. */
  retryTime: number;
  error: Error;
}

/** What each event carries. */
export interface ConsumerEventPayloads {
  'consumer.heartbeat': OfGroup & { groupGenerationId: number };
  'consumer.commit_offsets': OfGroup & {
    groupGenerationId: number;
    topics: { topic: string; partitions: { partition: number; offset: string }[] }[];
  };
  'consumer.group_join': OfGroup & {
    /** Milliseconds. */
    duration: number;
    isLeader: boolean;
    leaderId: string;
    groupProtocol: string;
    memberAssignment: Record<string, number[]>;
  };
  'consumer.fetch_start': { nodeId: number };
  'consumer.fetch': { numberOfBatches: number; duration: number; nodeId: number };
  'consumer.start_batch_process': BatchProcessPayload;
  'consumer.end_batch_process': BatchProcessPayload & { duration: number };
  'consumer.connect': null;
  'consumer.disconnect': null;
  'consumer.stop': null;
  'consumer.crash': { error: Error; groupId: string; restart: boolean };
  'consumer.rebalancing': OfGroup;
  'consumer.received_unsubscribed_topics': OfGroup & {
    generationId: number;
    assignedTopics: string[];
    topicsSubscribed: string[];
    topicsNotSubscribed: string[];
  };
  'consumer.network.request': NetworkPayloads['REQUEST'];
  'consumer.network.request_timeout': NetworkPayloads['REQUEST_TIMEOUT'];
  'consumer.network.request_queue_size': NetworkPayloads['REQUEST_QUEUE_SIZE'];
  'consumer.handler_failed': HandlerFailedPayload;
}

export type EmitConsumerEvent = <Name extends ConsumerEventName>(
  name: Name,
  payload: ConsumerEventPayloads[Name],
) => void;
