import { KafkaAdmin } from './admin/kafka-admin.js';
import type { Admin, AdminConfig } from './admin/admin-types.js';
import { resolveClientConfig, type KafkaConfig } from './config/client-config.js';
import type { ResolvedClientConfig } from './config/resolved-config.js';
import { Consumer } from './consumer/consumer.js';
import type { ConsumerConfig } from './consumer/consumer-types.js';
import type { Logger } from './logger/logger.js';
import { KafkaProducer } from './producer/kafka-producer.js';
import type { Producer, ProducerConfig } from './producer/producer-types.js';
import { TopicReader, type ReaderConfig } from './reader/index.js';

/** KafkaJS's client: makes producers, consumers and admin clients of one cluster. Nothing connects before `connect()`. */
export class Kafka {
  /** Beyond KafkaJS: what an application may rely on where it is given any engine with KafkaJS's interface. */
  readonly capabilities: { readonly defer: true; readonly claim: true } = { defer: true, claim: true };
  readonly #config: ResolvedClientConfig;

  /** @throws KafkaJSConfigurationError listing every fault of `config`. */
  constructor(config: KafkaConfig) {
    this.#config = resolveClientConfig(config);
  }

  /** @throws KafkaJSConfigurationError listing every fault of `config`. */
  producer(config?: ProducerConfig): Producer {
    return new KafkaProducer(this.#config, config);
  }

  /** @throws KafkaJSNonRetriableError listing every fault of `config`. */
  consumer(config: ConsumerConfig): Consumer {
    return new Consumer(this.#config, config);
  }

  /** @throws KafkaJSConfigurationError listing every fault of `config`. */
  admin(config?: AdminConfig): Admin {
    return new KafkaAdmin(this.#config, config);
  }

  /**
   * Reads topics without a consumer group; beyond KafkaJS.
   * @throws KafkaJSNonRetriableError listing every fault of `config`.
   */
  reader(config: ReaderConfig): TopicReader {
    return new TopicReader(this.#config, config);
  }

  logger(): Logger {
    return this.#config.logger;
  }
}
