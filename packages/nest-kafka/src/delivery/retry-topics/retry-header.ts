import type { EachMessagePayload, KafkaMessage } from '../../driver/kafka-types.js';
import { timestampTypeOf } from '../dead-letter/dead-letter-headers.js';
import { TransportHeaders } from '../../incoming/transport-headers.js';

/** What the header `nest-kafka_retry` says, as JSON. */
export interface RetryState {
  /** Who retries it: names of topics are made of names, so two groups might share one. */
  readonly group: string;
  /** Where the message was first. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: string;
  readonly timestampType: 'CreateTime' | 'LogAppendTime';
  /** Deliveries so far. */
  readonly attempt: number;
  /** When it is to be delivered again, milliseconds since the epoch. */
  readonly due: number;
}

/** The headers of a message that is put into a retry topic: its own, and one that says how to make it again what it was. */
export function withRetryHeader(
  headers: KafkaMessage['headers'],
  state: RetryState,
): NonNullable<KafkaMessage['headers']> {
  return { ...headers, [TransportHeaders.RETRY]: JSON.stringify(state) };
}

/**
 * What the header of a message in a retry topic says. A message that somebody else has put there, or whose header is damaged,
 * is due at once, and is where it is.
 *
 * @param topic the one that the handler reads
 */
export function retryStateOf(
  message: KafkaMessage,
  { group, topic, partition }: { readonly group: string; readonly topic: string; readonly partition: number },
): RetryState {
  const header = message.headers?.[TransportHeaders.RETRY];
  const text = (Array.isArray(header) ? header.at(-1) : header)?.toString();
  const { offset, timestamp } = message;
  const timestampType = timestampTypeOf(message);
  const unknown = { group, topic, partition, offset, timestamp, timestampType, attempt: 0, due: 0 };
  if (text === undefined) {
    return unknown;
  }
  try {
    const state = JSON.parse(text) as RetryState;
    return isState(state) ? state : unknown;
  } catch {
    // Not ours.
    return unknown;
  }
}

/** The message as it was delivered first: what a handler, a dead letter and a log tell of it. */
export function asFirstDelivered(
  message: KafkaMessage,
  { topic, partition, offset, timestamp, timestampType }: RetryState,
  heartbeat: () => Promise<void>,
): EachMessagePayload {
  const { [TransportHeaders.RETRY]: _, ...headers } = message.headers ?? {};
  const again = { ...message, headers, offset, timestamp, timestampType: timestampType === 'CreateTime' ? 0 : 1 };
  return {
    topic,
    partition,
    message: again as KafkaMessage,
    heartbeat,
    // The partition of the retry topic is paused by who reads it; a handler that asks for it has nothing to gain.
    pause: () => () => undefined,
  };
}

function isState(state: unknown): state is RetryState {
  const { group, topic, partition, offset, timestamp, timestampType, attempt, due } = (state ??
    {}) as Partial<RetryState>;
  return (
    typeof group === 'string' &&
    typeof topic === 'string' &&
    Number.isInteger(partition) &&
    typeof offset === 'string' &&
    /^\d+$/.test(offset) &&
    typeof timestamp === 'string' &&
    (timestampType === 'CreateTime' || timestampType === 'LogAppendTime') &&
    Number.isSafeInteger(attempt) &&
    (attempt as number) >= 0 &&
    Number.isFinite(due)
  );
}
