import type { KafkaStatus as NestKafkaStatus } from '@nestjs/microservices';

/** The states of a Kafka client or server, as Nest names them. */
export type KafkaStatus = NestKafkaStatus;

interface KafkaStatuses {
  readonly DISCONNECTED: NestKafkaStatus.DISCONNECTED;
  readonly CONNECTED: NestKafkaStatus.CONNECTED;
  readonly CRASHED: NestKafkaStatus.CRASHED;
  readonly STOPPED: NestKafkaStatus.STOPPED;
  readonly REBALANCING: NestKafkaStatus.REBALANCING;
}

/**
 * The same names as values. Nest declares them as a `const enum`, which leaves nothing at run time; this object
 * is there for code that is compiled file by file.
 */
export const KafkaStatus = {
  DISCONNECTED: 'disconnected',
  CONNECTED: 'connected',
  CRASHED: 'crashed',
  STOPPED: 'stopped',
  REBALANCING: 'rebalancing',
} as unknown as KafkaStatuses;
