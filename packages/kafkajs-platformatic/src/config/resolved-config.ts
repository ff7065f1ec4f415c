import type { Logger } from '../logger/logger.js';
import type { RetryPolicy } from '../retry/retry-policy.js';
import type { BrokerConnectionOptions } from '../wire/broker-connection.js';

/** A KafkaConfig that has been checked, with every default filled in. Times in milliseconds. */
export interface ResolvedClientConfig {
  readonly clientId: string;
  /** Asked before every attempt to reach the cluster without known nodes. */
  readonly brokers: () => Promise<readonly string[]>;
  readonly tls: BrokerConnectionOptions['tls'];
  readonly sasl: BrokerConnectionOptions['sasl'];
  readonly socketFactory: BrokerConnectionOptions['socketFactory'];
  readonly reauthenticationThreshold: number;
  readonly connectionTimeout: number;
  readonly authenticationTimeout: number;
  readonly requestTimeout: number;
  readonly retry: RetryPolicy;
  readonly logger: Logger;
}
