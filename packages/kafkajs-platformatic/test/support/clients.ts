import { Kafka } from '../../src/kafka.js';
import type { KafkaConfig } from '../../src/config/client-config.js';
import type { ResolvedClientConfig } from '../../src/config/resolved-config.js';
import { resolveClientConfig } from '../../src/config/client-config.js';

/** Waits that suit a test: the whole policy is over in about a second. */
export const QUICK_RETRY = { initialRetryTime: 20, maxRetryTime: 200, retries: 8 };

export function quickKafka(brokers: string[], config: Partial<KafkaConfig> = {}): Kafka {
  return new Kafka({ brokers, logLevel: 0, retry: QUICK_RETRY, ...config });
}

export function quickConfig(brokers: string[], config: Partial<KafkaConfig> = {}): ResolvedClientConfig {
  return resolveClientConfig({ brokers, logLevel: 0, retry: QUICK_RETRY, ...config });
}
