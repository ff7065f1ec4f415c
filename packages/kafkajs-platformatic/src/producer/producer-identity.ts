import type { Cluster } from '../cluster/cluster.js';
import { KafkaJSServerDoesNotSupportApiKey } from '../errors/connection-errors.js';
import { KafkaJSProtocolError } from '../errors/protocol-errors.js';
import type { Logger } from '../logger/logger.js';
import { InitProducerIdApi } from '../wire/apis.js';

/** A producer id and epoch that a broker gave out (KIP-98). */
export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

// The timeout is of transactions and not used without one; brokers want a positive number.
const UNUSED_TRANSACTION_TIMEOUT = 60_000;

/**
 * The identity under which batches are numbered. A partition whose numbering has a hole (a batch was given up and nobody
 * knows if it was written) gets a new one; the other partitions keep theirs, for their retries must carry it.
 */
export class ProducerIdentities {
  readonly #cluster: Cluster;
  readonly #logger: Logger;
  readonly #required: boolean;
  #current: ProducerIdentity | undefined;
  #pending: Promise<ProducerIdentity | undefined> | undefined;
  #refused = false;

  /** @param required false: go on without one where the cluster refuses to give it. */
  constructor(cluster: Cluster, logger: Logger, required: boolean) {
    this.#cluster = cluster;
    this.#logger = logger;
    this.#required = required;
  }

  /** False once the cluster has refused identities and the producer may do without. */
  get isAvailable(): boolean {
    return !this.#refused;
  }

  /** One attempt; undefined if the cluster refuses and the producer may do without. */
  async get(): Promise<ProducerIdentity | undefined> {
    if (this.#current !== undefined || this.#refused) {
      return this.#current;
    }
    this.#pending ??= this.#ask().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  /** The next `get` brings another identity, unless somebody has given up `identity` before. */
  renew(identity: ProducerIdentity): void {
    if (this.#current?.producerId === identity.producerId && this.#current.producerEpoch === identity.producerEpoch) {
      this.#current = undefined;
    }
  }

  async #ask(): Promise<ProducerIdentity | undefined> {
    try {
      const { producerId, producerEpoch } = await this.#cluster.requestAny(
        InitProducerIdApi,
        null,
        UNUSED_TRANSACTION_TIMEOUT,
        -1n,
        -1,
      );
      this.#current = { producerId, producerEpoch };
      return this.#current;
    } catch (error) {
      const refused =
        error instanceof KafkaJSServerDoesNotSupportApiKey ||
        (error instanceof KafkaJSProtocolError && error.type === 'CLUSTER_AUTHORIZATION_FAILED');
      if (this.#required || !refused) {
        throw error;
      }
      this.#refused = true;
      this.#logger.warn(`The cluster refuses idempotent producers, a retry may duplicate messages: ${error.message}`);
      return undefined;
    }
  }
}
