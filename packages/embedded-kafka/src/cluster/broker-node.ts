/** How many nodes a cluster may have: each has a listener and its place in every list of brokers. */
export const MAX_NODES = 100;

/** A broker as clients see it in Metadata. */
export interface ClusterNode {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  /** `broker.rack`: where its replicas lie, for consumers that want the nearest (KIP-392). */
  readonly rack: string | null;
  /** Where the clients of each listener find it, by the listener's name; `host` and `port` are the first one's. */
  readonly endpoints?: ReadonlyMap<string, Endpoint>;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Where a client that came to this listener finds the node. */
export function endpointOf({ endpoints, host, port }: ClusterNode, listener: string): Endpoint {
  return endpoints?.get(listener) ?? { host, port };
}

/**
 * One broker of the cluster. States: up <-> down; only the cluster changes them, since leadership depends on it.
 * Invariant: a node that is down leads nothing, is in no in-sync set that has anyone else, and accepts no connection.
 */
export interface BrokerNode extends ClusterNode {
  readonly isUp: boolean;
}
