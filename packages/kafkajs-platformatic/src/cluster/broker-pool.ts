import {
  KafkaJSBrokerNotFound,
  KafkaJSConnectionError,
  KafkaJSNoBrokerAvailableError,
} from '../errors/connection-errors.js';
import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { isRetriable } from '../retry/retry-policy.js';
import { Broker, type Channel, type ChannelOptions } from './broker.js';
import { parseBrokerAddress } from './broker-address.js';
import type { NodeMetadata } from './cluster-metadata.js';

/** The brokers of one cluster: the seeds of the configuration, then the nodes that metadata names. */
export class BrokerPool {
  readonly #seedAddresses: () => Promise<readonly string[]>;
  readonly #options: ChannelOptions;
  readonly #nodes = new Map<number, Broker>();
  readonly #seeds = new Set<Broker>();
  #closed = false;
  /** Where the next request for "any broker" starts, so that the load and the blame are spread. */
  #turn = Math.floor(Math.random() * 1024);

  constructor(seedAddresses: () => Promise<readonly string[]>, options: ChannelOptions) {
    this.#seedAddresses = seedAddresses;
    this.#options = options;
  }

  /** @throws KafkaJSBrokerNotFound, retriable: newer metadata may know the node. */
  node(nodeId: number): Broker {
    this.#assertOpen();
    const broker = this.#nodes.get(nodeId);
    if (broker === undefined) {
      throw new KafkaJSBrokerNotFound(`Broker ${nodeId} is not in the cluster's metadata`);
    }
    return broker;
  }

  /** Adds a node, or moves it to a new address. */
  add({ nodeId, host, port }: NodeMetadata): void {
    if (this.#closed) {
      return;
    }
    const known = this.#nodes.get(nodeId);
    if (known?.host === host && known.port === port) {
      return;
    }
    this.#nodes.set(nodeId, new Broker({ host, port }, this.#options));
    void known?.close();
  }

  /** Takes over the nodes of a metadata response. A node that left is closed; its requests fail and are retried. */
  replace(nodes: readonly NodeMetadata[]): void {
    for (const node of nodes) {
      this.add(node);
    }
    for (const [nodeId, broker] of this.#nodes) {
      if (!nodes.some(node => node.nodeId === nodeId)) {
        this.#nodes.delete(nodeId);
        void broker.close();
      }
    }
  }

  /**
   * Makes one attempt with each known node, then with each seed, until one succeeds.
   * @throws the first error that no other broker could mend; KafkaJSNoBrokerAvailableError or, with one broker, its own error.
   */
  async withAnyBroker<Result>(attempt: (broker: Broker) => Promise<Result>): Promise<Result> {
    this.#assertOpen();
    const failures: Error[] = [];
    const tried = new Set<string>();
    const tryBroker = async (broker: Broker): Promise<{ readonly result: Result } | undefined> => {
      tried.add(`${broker.host}:${broker.port}`);
      try {
        return { result: await attempt(broker) };
      } catch (error) {
        if (!isRetriable(error)) {
          throw error;
        }
        failures.push(error);
        return undefined;
      }
    };
    const nodes = [...this.#nodes.values()];
    this.#turn = (this.#turn + 1) % 1024;
    for (let i = 0; i < nodes.length; i++) {
      const outcome = await tryBroker(nodes[(i + this.#turn) % nodes.length] as Broker);
      if (outcome !== undefined) {
        return outcome.result;
      }
    }
    for (const address of await this.#seedAddresses()) {
      if (tried.has(address)) {
        continue;
      }
      const outcome = await this.#withSeed(address, tryBroker);
      if (outcome !== undefined) {
        return outcome.result;
      }
    }
    throw summarize(failures);
  }

  /** Ends what is on its way over `channel` to any node. Never rejects. */
  async closeChannel(channel: Channel): Promise<void> {
    await Promise.all(Array.from(this.#nodes.values(), broker => broker.closeChannel(channel)));
  }

  /** Allows connections again after `close`. */
  open(): void {
    this.#closed = false;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const brokers = [...this.#nodes.values(), ...this.#seeds];
    this.#nodes.clear();
    this.#seeds.clear();
    await Promise.all(brokers.map(broker => broker.close()));
  }

  // A seed is only for finding the cluster: its connection is given up as soon as it has answered.
  async #withSeed<Result>(address: string, use: (broker: Broker) => Promise<Result>): Promise<Result> {
    this.#assertOpen();
    const broker = new Broker(parseBrokerAddress(address), this.#options);
    this.#seeds.add(broker);
    try {
      return await use(broker);
    } finally {
      this.#seeds.delete(broker);
      await broker.close();
    }
  }

  #assertOpen(): void {
    if (this.#closed) {
      throw new KafkaJSNonRetriableError('The client is disconnected: call connect() first');
    }
  }
}

function summarize(failures: readonly Error[]): Error {
  const [first] = failures;
  if (first === undefined) {
    return new KafkaJSNoBrokerAvailableError('No broker available: "brokers" is empty');
  }
  if (failures.length === 1) {
    return first;
  }
  return new KafkaJSConnectionError(
    `None of ${failures.length} brokers answered:\n${failures.map(f => `  - ${f.message}`).join('\n')}`,
    {
      cause: first,
    },
  );
}
