/** Where a node of the cluster listens. */
export interface NodeAddress {
  readonly id: number;
  readonly port: number;
  readonly controllerPort: number;
}

/** Kafka's own property names to values; written to the node's properties file as they are. */
export type KafkaProperties = Readonly<Record<string, string | number | boolean>>;

/** The properties of one node: broker and controller in one process (KRaft combined mode), on loopback. */
export function nodeProperties(
  node: NodeAddress,
  cluster: readonly NodeAddress[],
  dataDirectory: string,
  extra: KafkaProperties,
): KafkaProperties {
  const replicas = Math.min(cluster.length, 3);
  const minimumInSync = Math.max(replicas - 1, 1);
  return {
    'process.roles': 'broker,controller',
    'node.id': node.id,
    'controller.quorum.voters': cluster.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`).join(','),
    listeners: `PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${node.port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': dataDirectory,
    'num.partitions': 1,
    'default.replication.factor': replicas,
    'min.insync.replicas': minimumInSync,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': minimumInSync,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': minimumInSync,
    // Few partitions of the internal topics and no wait for more members: groups are there at once.
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
    // The default (128 MB) is a quarter of the small heap that a node gets here.
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    ...extra,
  };
}

/** Java's properties format; a backslash in a value (a Windows path) has to be doubled. */
export const formatProperties = (properties: KafkaProperties): string =>
  Object.entries(properties)
    .map(([name, value]) => `${name}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('');
