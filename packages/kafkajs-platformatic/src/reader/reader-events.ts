import type { NetworkPayloads } from '../wire/network-events.js';

/** KafkaJS's network events, by the reader's own names. */
export const READER_EVENTS = {
  REQUEST: 'reader.network.request',
  REQUEST_TIMEOUT: 'reader.network.request_timeout',
  REQUEST_QUEUE_SIZE: 'reader.network.request_queue_size',
} as const;

export type ReaderEvents = typeof READER_EVENTS;

/** What each event carries. */
export interface ReaderEventPayloads {
  'reader.network.request': NetworkPayloads['REQUEST'];
  'reader.network.request_timeout': NetworkPayloads['REQUEST_TIMEOUT'];
  'reader.network.request_queue_size': NetworkPayloads['REQUEST_QUEUE_SIZE'];
}
