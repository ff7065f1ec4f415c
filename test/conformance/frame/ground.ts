import type { CustomTransportStrategy, KafkaOptions, KafkaStatus, MessageHandler } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import type { ConformanceClient } from './conformance-client.js';

/** Whose transport runs on a ground. Known differences are listed by it. */
export const IMPLEMENTATIONS = ['built-in', 'ours'] as const;
export type Implementation = (typeof IMPLEMENTATIONS)[number];

export type TransportOptions = NonNullable<KafkaOptions['options']>;

/** A transport strategy that, like all of Nest's own, shows its handlers and its status. */
export interface ServerStrategy extends CustomTransportStrategy {
  readonly status: Observable<KafkaStatus>;
  getHandlers(): Map<string, MessageHandler>;
}

/** Brokers that a suite runs on. */
export interface BrokerSource {
  readonly brokers: readonly string[];
  stop(): Promise<void>;
}

/** One place to run the suite on: whose transport, on which driver, on which brokers. */
export interface Ground {
  readonly name: string;
  readonly implementation: Implementation;
  startBrokers(): Promise<BrokerSource>;
  createServer(options: TransportOptions): ServerStrategy;
  createClient(options: TransportOptions): ConformanceClient;
}
