import { setTimeout as wait } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs-platformatic';
import { findFreePorts } from '../../../scripts/kafka/free-ports.ts';
import { type KafkaCluster, type KafkaNode, startKafka } from '../../../scripts/kafka/index.ts';
import type { KafkaProperties, NodeAddress } from '../../../scripts/kafka/node-properties.ts';
import { BrokerProxy } from '../network/broker-proxy.js';
import { activeController } from './active-controller.js';
import { coordinatorOf } from './group-coordinator.js';

const NODES = 3;
/** Within this a node that was killed is back, also on a busy machine; milliseconds. */
export const RESTART = 180_000;
const PATIENCE = 180_000;

type Admin = ReturnType<Kafka['admin']>;

/** Three nodes of Apache Kafka that scenarios share: each finds all of them up and in sync, whatever the last one did. */
export class IntegrityCluster {
  private constructor(
    private readonly cluster: KafkaCluster,
    /** The network between clients and each broker, in the order of the nodes. */
    readonly networks: readonly BrokerProxy[],
  ) {}

  static async start(properties: KafkaProperties = {}): Promise<IntegrityCluster> {
    const ports = await findFreePorts(NODES * 2);
    const listeners = ports.slice(0, NODES);
    // They listen from the first on, so that nobody else is given their ports.
    const networks = await Promise.all(
      listeners.map((listener, index) => BrokerProxy.listen(ports[NODES + index] ?? 0, listener)),
    );
    try {
      const cluster = await startKafka({
        nodes: NODES,
        properties: node => ({
          // A killed broker is taken back only after its session; the default of 9 s would be most of a run.
          'broker.session.timeout.ms': 4_000,
          ...proxiedListeners(node, listeners[node.id - 1] ?? 0, ports[NODES + node.id - 1] ?? 0),
          ...properties,
        }),
      });
      return new IntegrityCluster(cluster, networks);
    } catch (error) {
      await Promise.all(networks.map(network => network.close()));
      throw error;
    }
  }

  /** Where clients find the brokers through the proxies: that listener names the proxies only. */
  get proxied(): readonly string[] {
    return this.networks.map(({ port }) => `127.0.0.1:${port}`);
  }

  network(nodeId: number): BrokerProxy {
    const network = this.networks[nodeId - 1];
    if (network === undefined) {
      throw new Error(`There is no node ${nodeId}`);
    }
    return network;
  }

  get brokers(): readonly string[] {
    return this.cluster.brokers;
  }

  get nodes(): readonly KafkaNode[] {
    return this.cluster.nodes;
  }

  node(id: number): KafkaNode {
    const node = this.nodes.find(candidate => candidate.id === id);
    if (node === undefined) {
      throw new Error(`There is no node ${id}`);
    }
    return node;
  }

  async coordinatorOf(groupId: string): Promise<KafkaNode> {
    return this.node(await coordinatorOf(this.brokers, groupId));
  }

  /** The node whose controller leads the quorum. */
  async controller(): Promise<KafkaNode> {
    const asked = this.nodes.find(({ pid }) => pid !== undefined);
    if (asked === undefined) {
      throw new Error('No node is up');
    }
    return this.node(await activeController(asked.broker));
  }

  async withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = new Kafka({ brokers: [...this.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }

  /** Starts what is down, thaws what is frozen, and waits until all nodes serve and all replicas are in sync. */
  async makeWhole(): Promise<void> {
    this.networks.forEach(network => network.heal());
    for (const node of this.nodes) {
      node.thaw();
      if (node.pid === undefined) {
        node.launch();
      }
    }
    const ids = this.nodes.map(({ id }) => id);
    await Promise.all(this.nodes.map(node => node.untilServing(ids, PATIENCE)));
    await this.untilInSync();
  }

  /** Resolves when every replica of every topic is in sync: the next broker may go without taking a majority with it. */
  async untilInSync(): Promise<void> {
    await this.withAdmin(async admin => {
      let behind: string[] = [];
      for (const end = Date.now() + PATIENCE; Date.now() < end; await wait(250)) {
        const { topics } = await admin.fetchTopicMetadata();
        behind = topics.flatMap(({ name, partitions }) =>
          partitions
            .filter(({ isr, replicas }) => isr.length < replicas.length)
            .map(({ partitionId }) => `${name}[${partitionId}]`),
        );
        if (behind.length === 0) {
          return;
        }
      }
      throw new Error(`Not in sync after ${PATIENCE / 1_000} s: ${behind.join(', ')}`);
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.networks.map(network => network.close()));
    await this.cluster.stop();
  }
}

/** A second listener for clients, whose advertised port is a proxy's; brokers speak with each other past the proxies. */
function proxiedListeners({ port, controllerPort }: NodeAddress, listener: number, proxy: number): KafkaProperties {
  return {
    listeners: `PLAINTEXT://127.0.0.1:${port},PROXIED://127.0.0.1:${listener},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port},PROXIED://127.0.0.1:${proxy}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
  };
}
