import type { DeliveryCounts } from '../delivery/observation/delivery-counts.js';
import type { KafkaStatus } from '../driver/kafka-status.js';
import type { Standstill } from '../driver/standstills.js';

/** What is asked of a health check. */
export interface KafkaHealthOptions {
  /**
   * How long a message may be with its handler, or wait for its redelivery, before that counts as stuck, in milliseconds.
   * On a client: how long a request may wait for its first reply. More than the slowest handler takes.
   *
   * @default 60000
   */
  stuckAfter?: number;
  /**
   * How long a broker may take to answer, in milliseconds.
   *
   * @default 3000
   */
  timeout?: number;
}

/** The state of a Kafka server or client, as a plain object. */
export interface KafkaHealth {
  role: 'server' | 'client';
  /** `false` when it is stuck: then `faults` says why. */
  healthy: boolean;
  /** One sentence for each reason why it is not healthy. */
  faults: string[];
  clientId: string;
  /** The consumer group; `undefined` for a client that needs none. */
  groupId: string | undefined;
  /** The last of the `status` stream; `undefined` before the connection. */
  state: KafkaStatus | undefined;
  /** The partitions of each topic that it consumes; on a client, those at which it awaits replies. */
  assignment: Record<string, number[]>;
  /** On a server: messages with their handlers, and replies on their way. On a client: requests that wait. */
  inFlight: number;
  /** What has been waiting the longest, if anything waits. */
  oldestUnacknowledged: OldestUnacknowledged | undefined;
  /**
   * Partitions of which nothing has been read for longer than `stuckAfter`, not even that there is nothing, while they are
   * neither paused nor with their handlers. Empty with an engine that cannot tell (KafkaJS).
   */
  stalled: StalledPartition[];
  /** Messages behind the end of each assigned partition; not given for a client, or where no broker answers. */
  lag: PartitionLag[] | undefined;
  /** When the member last heard from its group, milliseconds since the epoch; `undefined` without a group. */
  lastHeartbeat: number | undefined;
  /** On a server: what became of the messages of each handler with a delivery policy, by the handler's pattern. */
  delivery: Record<string, DeliveryCounts>;
  /** On a server: messages that have failed and wait to be delivered again. */
  failing: number;
  /** On a server: the patterns of the handlers that are paused. */
  paused: string[];
}

/** A message on a server, or a request of a client. */
export interface OldestUnacknowledged {
  topic: string;
  /** On a client: the partition at which the reply is awaited. */
  partition: number | undefined;
  /** `undefined` on a client. */
  offset: string | undefined;
  /** The pattern of the handler; on a client, that of the request. */
  handler: string;
  /** Milliseconds. */
  age: number;
}

/** A partition that is not read, and why. */
export interface StalledPartition {
  topic: string;
  partition: number;
  /** The next offset to read; `undefined` while that is not known. */
  offset: string | undefined;
  /** The pattern of the handler that waits for it; on a client, the reply topic. */
  handler: string;
  /** Milliseconds. */
  age: number;
  /** What the last attempt met. */
  reason: string;
}

/** How far a group is behind on a partition. */
export interface PartitionLag {
  topic: string;
  partition: number;
  /** Messages from the committed offset to the end; `undefined` where nothing has been committed yet. */
  lag: number | undefined;
}

export function stalledPartitions(
  standstills: readonly Standstill[],
  handlerOf: (topic: string) => string,
): StalledPartition[] {
  return standstills.map(({ topic, partition, offset, silence, reason }) => ({
    topic,
    partition,
    offset: offset ?? undefined,
    handler: handlerOf(topic),
    age: Math.round(silence),
    reason,
  }));
}

/** Whatever can say how it is: `ServerKafka` and `ClientKafka`. */
export interface HealthSource {
  health(options?: KafkaHealthOptions): Promise<KafkaHealth>;
}

export const DEFAULT_STUCK_AFTER = 60_000;
export const DEFAULT_PROBE_TIMEOUT = 3_000;
